"""Group a silence's recordings by call; say of each what left, and who was told."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from appliance.keeper.audit.known import failures
from appliance.keeper.audit.silent import silenced_cases
from appliance.keeper.audit.subjects import read_recipient
from appliance.keeper.erasure.handed_out import EXPORTED, nothing_left
from appliance.keeper.recordings.handing_over.proofs import PROOF_GIVEN
from appliance.keeper.storage.rows import CopyEntry, SilenceRow
from appliance.link.requests.papers.silences import SilencedCall
from appliance.model.proof import ProofReader, reader_for
from appliance.vault.audit.entries import AuditEntry
from appliance.vault.opening.keyring import Keyring

VIEWED = "viewed"
"""The entry type of a look; of a proof's sheet, it says for whom that is."""

Calls = tuple[tuple[str, ...], ...]
"""The recordings of each call."""


def together(
    keyring: Keyring, recordings: Iterable[str], known: Collection[Sequence[str]]
) -> Calls:
    """Return recordings by their calls, each once.

    Args:
        keyring: knows the recordings of calls that are here.
        recordings: of any number of calls.
        known: calls that are known already.
    """
    rids = tuple(dict.fromkeys(recordings))
    groups: dict[tuple[str, ...], None] = {}
    for rid in rids:
        parts = {rid, *keyring.parts(rid)}.union(*(call for call in known if rid in call))
        groups[tuple(one for one in rids if one in parts)] = None
    return tuple(groups)


def shown_calls(
    row: SilenceRow,
    kept: CopyEntry | None,
    keyring: Keyring,
    acts: Mapping[str, Sequence[AuditEntry]],
) -> tuple[SilencedCall, ...]:
    """Return the calls of a silence as they are shown.

    Args:
        row: of the silence.
        kept: what the ledger has of its copy.
        keyring: knows which recordings are here.
        acts: the audit's entries of each recording.
    """
    found = []
    for recordings in row.calls:
        here = [rid for rid in recordings if rid in keyring]
        given = [rid for rid in recordings if any(_gives(row.case, one) for one in acts[rid])]
        failed = any(nothing_left(row.case, rid, acts[rid], kept) for rid in given)
        left = bool(given) and not failed
        found.append(SilencedCall(recording=(here or recordings)[0], here=bool(here), left=left))
    return tuple(found)


def first_named(
    case: str, kept: CopyEntry | None, acts: Mapping[str, Sequence[AuditEntry]]
) -> float | None:
    """Return when a caller's proof or its sheet first named a copy, of whichever call.

    Args:
        case: of the copy.
        kept: what the ledger has of it.
        acts: the audit's entries of each recording.
    """
    found = [_named_on(case, rid, kept, entries) for rid, entries in acts.items()]
    return min((at for at in found if at is not None), default=None)


def _named_on(
    case: str, rid: str, kept: CopyEntry | None, entries: Sequence[AuditEntry]
) -> float | None:
    """Return when a caller's proof or sheet first named a copy: it had left, and was told."""
    failed = failures(entries)
    for at, entry in enumerate(entries):
        recipient = read_recipient(entry.detail)
        if (
            entry.type in {PROOF_GIVEN, VIEWED}
            and entry.seq not in failed
            and recipient
            and reader_for(recipient) is ProofReader.CALLER
            and not nothing_left(case, rid, entries[:at], kept)
            and case not in silenced_cases(entries[:at])
        ):
            return entry.t
    return None


def _gives(case: str, entry: AuditEntry) -> bool:
    """Say whether an entry is the handing out of a copy; a recording that came later has none."""
    return entry.type == EXPORTED and entry.case == case
