"""Say what on other media may still hold a recording that was erased here."""

from collections.abc import Callable, Mapping

from appliance.vault.opening.content import MediumState

HOLDS = "backups"
"""A copy that a medium may still hold has the key."""

HELD = "backups_overwritten"
"""The copies that had it are removed; the medium may keep what was removed there."""

OnMedia = Callable[[int, int | None], tuple[str, ...]]
"""Returns the ids of sentences, given the audit's entries of a recording's sealing and erasure."""


def on_media(
    media: Mapping[str, MediumState], sealed: int, erased: int | None = None
) -> tuple[str, ...]:
    """Return the ids of sentences on copies of a recording.

    Args:
        media: as the keyring knows them.
        sealed: the number of the audit's entry that names the recording as sealed; 0 if unknown.
        erased: that of its erasure; None: just now.
    """
    copied = [
        one
        for one in media.values()
        if (erased is None or one.first_seq < erased) and (one.seq >= sealed or _unfinished(one))
    ]
    if any(erased is None or one.seq < erased or _unfinished(one) for one in copied):
        return (HOLDS,)
    return (HELD,) if copied else ()


def _unfinished(medium: MediumState) -> bool:
    return medium.unknown or medium.begun != medium.number
