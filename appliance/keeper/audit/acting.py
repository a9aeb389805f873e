"""Put acts on record before they begin, and what became of those that failed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from appliance.errors import Refused
from appliance.keeper.audit.entries import FAILED, Act
from appliance.keeper.audit.log import AuditLog


def begin(audit: AuditLog, acts: Sequence[Act]) -> list[Act]:
    """Put acts on record with one sync.

    Returns:
        What is to be written if they fail, but for the reason.

    Raises:
        VaultError: they could not be put on record; they must not happen.
    """
    numbers = audit.append_many(acts)
    return [
        Act(type=FAILED, actor=act.actor, rid=act.rid, of=number)
        for act, number in zip(acts, numbers, strict=True)
    ]


def failed(begun: Sequence[Act], error: BaseException) -> list[Act]:
    """Return what the audit says of acts that failed."""
    code = error.code if isinstance(error, Refused) else FAILED
    return [replace(act, detail=code) for act in begun]


@contextmanager
def on_record(
    audit: AuditLog,
    kind: str,
    actor: str,
    recordings: Sequence[str | None] = (None,),
    case: str | None = None,
    detail: str | None = None,
) -> Iterator[None]:
    """Put an act on record, let it happen, and say so if it fails.

    Args:
        audit: gets the entries.
        kind: of the act.
        actor: who acts.
        recordings: all that it is about; None for an act about none.
        case: the case that it belongs to, if it belongs to one.
        detail: a code word on it.
    """
    with acts_on_record(
        audit, [Act(type=kind, actor=actor, rid=r, case=case, detail=detail) for r in recordings]
    ):
        yield


@contextmanager
def acts_on_record(audit: AuditLog, acts: Sequence[Act]) -> Iterator[None]:
    """Put acts on record, let them happen, and say so if they fail."""
    begun = begin(audit, acts)
    try:
        yield
    except Exception as error:
        audit.append_many(failed(begun, error))
        raise
