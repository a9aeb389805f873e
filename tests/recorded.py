"""Find recordings in a data folder: those that were taken up, and those that wait for it."""

from pathlib import Path

from appliance.config.folders import Folders


def recorded(folders: Folders) -> list[Path]:
    """Return the files of all recordings by name; files made ahead are none while empty."""
    waiting = [path for path in _in(folders.new) if path.lstat().st_size]
    return sorted([*waiting, *_in(folders.recordings)], key=lambda path: path.name)


def file_of(folders: Folders, rid: str) -> Path:
    """Return a recording's file: where it belongs, or else where it waits or would."""
    taken_up = folders.recordings / rid
    return taken_up if taken_up.exists() else folders.new / rid


def _in(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []
