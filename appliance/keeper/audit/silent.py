"""Say which entries of the audit a silence covers, from the audit alone.

``silenced`` names a case and ``silence_ended`` the same; between them everything that names the
case is told to the office and to authorities only: a copy, a hold, and a listening on a ground by
somebody who knows of that hold. What anybody else asks for names no case and stays told. Nothing
ends a silence but its entry: no day, no failure, no loss of the ledger.

A call has one hold, and that may belong to several silences: each ``held`` that names a case adds
one, and a ``held`` without a case says that the hold is the office's own from then on. As long as
one of them is in force nothing of the hold is told, also where it names one that has ended.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from appliance.keeper.audit.entries import FAILED
from appliance.keeper.audit.known import failures
from appliance.vault.audit.entries import AuditEntry

SILENCED, SILENCE_ENDED = "silenced", "silence_ended"
HELD, LIFTED = "held", "hold_released"

_PLAYED = "played"

_EPOCH = date(1970, 1, 1)


def silenced_cases(entries: Iterable[AuditEntry]) -> set[str]:
    """Return the cases that are silenced after some entries, oldest first."""
    found: set[str] = set()
    for entry in entries:
        if entry.case is not None and entry.type == SILENCED:
            found.add(entry.case)
        elif entry.case is not None and entry.type == SILENCE_ENDED:
            found.discard(entry.case)
    return found


def told(entries: Sequence[AuditEntry]) -> list[AuditEntry]:
    """Return a recording's entries, oldest first, without what a silence covers."""
    cases = silenced_cases(entries)
    if not cases:
        return list(entries)
    hidden = set(_of_cases(entries, cases))
    hidden |= {entry.seq for entry in entries if entry.type == FAILED and entry.of in hidden}
    return [entry for entry in entries if entry.seq not in hidden]


def hold_cases(entries: Sequence[AuditEntry]) -> list[str]:
    """Return the cases of the silences that a recording's last hold belongs to, the newest last.

    Args:
        entries: of the recording, oldest first.
    """
    found = [own for _, own in _holds(entries)]
    return found[-1] if found else []


def _holds(entries: Sequence[AuditEntry]) -> Iterator[tuple[AuditEntry, list[str]]]:
    """Yield each entry, and the cases of the silences that the hold belongs to by then.

    A hold that was lifted keeps them until the next one.
    """
    failed, own, lifted = failures(entries), list[str](), False
    for entry in entries:
        if entry.type == HELD and entry.seq not in failed:
            before = own if entry.case is not None and not lifted else []
            more = [] if entry.case is None else [entry.case]
            own, lifted = [case for case in before if case not in more] + more, False
        elif entry.type == LIFTED and entry.seq not in failed:
            lifted = True
        yield entry, own


def _of_cases(entries: Sequence[AuditEntry], cases: set[str]) -> Iterator[int]:
    """Yield the numbers of the entries of silenced cases, and of the holds that joined one."""
    failed, of_hold = failures(entries), list[int]()  # that tell of the hold in force
    for entry, own in _holds(entries):
        if entry.case in cases:
            yield entry.seq
        named = entry.case is not None and entry.case in own
        done = entry.type in {HELD, LIFTED} and entry.seq not in failed
        if done or (named and entry.type in {HELD, LIFTED, _PLAYED}):
            of_hold.append(entry.seq)
        if not cases.isdisjoint(own):
            yield from of_hold  # one that was there before belongs to it, too
            of_hold = []
        if entry.type == LIFTED:
            of_hold = []


def until_day(day: int) -> str:
    """Return the audit's detail of a day, in days since 1970-01-01."""
    return f"until.{_EPOCH + timedelta(days=day):%Y%m%d}"


def read_until(detail: str | None) -> int | None:
    """Return the day that a detail names; None if it names none."""
    head, _, digits = (detail or "").partition(".")
    try:
        day = date.fromisoformat(f"{digits[:4]}-{digits[4:6]}-{digits[6:]}")
    except ValueError:
        return None
    return (day - _EPOCH).days if head == "until" else None
