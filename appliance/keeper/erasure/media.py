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
    copied = copied_to(media, sealed, erased)
    if any(erased is None or not is_made_anew(media[name], erased) for name in copied):
        return (HOLDS,)
    return (HELD,) if copied else ()


def copied_to(
    media: Mapping[str, MediumState], sealed: int, erased: int | None = None
) -> tuple[str, ...]:
    """Return the ids of the media that had a copy of a recording, or may have had one.

    Args:
        media: as the keyring knows them.
        sealed: the number of the audit's entry that names the recording as sealed; 0 if unknown.
        erased: that of its erasure; None: just now.
    """
    return tuple(
        name
        for name, one in media.items()
        if (erased is None or one.first_seq < erased) and (one.seq >= sealed or _unfinished(one))
    )


def is_made_anew(medium: MediumState, erased: int) -> bool:
    """Say whether a medium's copies were made anew behind an erasure's entry in the audit."""
    return medium.seq >= erased and not _unfinished(medium)


def _unfinished(medium: MediumState) -> bool:
    return medium.unknown or medium.begun != medium.number
