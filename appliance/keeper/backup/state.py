"""Say how backups stand, as people see it."""

from appliance.keeper.backup.writing import Progress
from appliance.link.requests.outside.backup import BackupMedium, BackupRun
from appliance.vault.opening.content import MediumState


def run_of(at: Progress | None) -> BackupRun | None:
    """Return how far a copy is; None if none is being made."""
    if at is None:
        return None
    return BackupRun(at.stage, at.done, at.total, at.bytes_done, at.bytes_total)


def media_of(known: dict[str, MediumState], generation: int) -> tuple[BackupMedium, ...]:
    """Return the media that the keyring knows, the newest copy first.

    Args:
        known: by their ids.
        generation: of the keyring.
    """
    media = (
        BackupMedium(
            id=name,
            number=one.number,
            at=one.at,
            recordings=one.recordings,
            size=one.size,
            finished=one.begun == one.number,
            unknown=one.unknown,
            behind=bool(one.number) and one.generation != generation,
            far=one.far,
            waits=one.waits,
        )
        for name, one in known.items()
    )
    return tuple(sorted(media, key=lambda one: -one.at))
