"""Read a whole backup without a key, and prove the sheet on one of its recordings."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from appliance.keeper.backup.manifest import Manifest
from appliance.keeper.backup.medium import BackupFailed, Medium, failed
from appliance.keeper.backup.opened import OpenedBackup
from appliance.keeper.backup.place import Sized, is_as
from appliance.keeper.backup.writing import read_manifest
from appliance.model.audio import RATE
from appliance.model.records import Unreal
from appliance.model.sentences.faults import noted
from appliance.vault.opening.backup.copied import newest
from appliance.vault.opening.entry import dated
from appliance.vault.opening.unseal import Reader
from appliance.vault.origin import fingerprint


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What was found."""

    number: int
    made_at: float  # UTC
    key: str  # fingerprint of the key that has signed
    files: int
    bad: tuple[str, ...]


def check_backup(folder: Path) -> CheckResult:
    """Compare every file with the manifest; raises BackupFailed without a good one."""
    try:
        with Medium(folder, writes=False) as medium:
            manifest = read_manifest(medium)
            if manifest is None:
                raise BackupFailed(
                    "none", noted("backup_unfinished", "No backup was finished on this medium.")
                )
            files = list(_files(manifest))
            bad = tuple("/".join(names) for names, sized in files if not _is(medium, names, sized))
            key = fingerprint(bytes.fromhex(manifest.key))
            return CheckResult(manifest.number, manifest.made_at, key, len(files), bad)
    except OSError as error:
        raise failed(error) from error


def _files(manifest: Manifest) -> Iterator[tuple[tuple[str, ...], Sized]]:
    for folders, files in manifest.files.items():
        for name, sized in files.items():
            yield (*folders, name), sized


def _is(medium: Medium, names: tuple[str, ...], wanted: Sized) -> bool:
    with suppress(OSError, BackupFailed), medium.open(*names) as file:
        return is_as(file, wanted)
    return False


@dataclass(frozen=True, slots=True)
class DrillRecording:
    """The recording on which the sheet was proved."""

    recording: str
    started_at: float  # UTC, as lists say it
    seconds: float
    verdict: str
    unreal: Unreal


def drill(opened: OpenedBackup) -> DrillRecording:
    """Open the newest recording of a backup, from its first frame to its last.

    Raises:
        BackupFailed: there is none, or it is missing or altered.
        FileFormatError: it does not open.
    """
    found = newest(opened.content, opened.shards, opened.manifest.recordings)
    if found is None:
        raise BackupFailed(
            "none", noted("backup_empty", "The backup holds no recording to try the sheet on.")
        )
    rid, entry, private = found
    try:
        with opened.recording(rid) as file:
            if not is_as(file, opened.manifest.recordings[rid]):
                raise BackupFailed(
                    "damaged",
                    noted("backup_altered", f"The recording {rid} on the medium was altered."),
                )
            path = Path(f"/proc/self/fd/{file.fileno()}")
            with Reader.open(path, opened.reading, private) as reader:
                verdict, seconds = reader.survey.verdict, reader.samples / RATE
                reader.read(0, min(reader.samples, RATE))
                began = dated(reader.meta, entry).started_at
                return DrillRecording(rid, began, seconds, verdict, reader.unreal)
    except FileNotFoundError as error:
        raise BackupFailed(
            "damaged", noted("backup_altered", f"The recording {rid} is missing on the medium.")
        ) from error
