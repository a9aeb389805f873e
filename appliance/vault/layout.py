"""Refuse a data folder of another layout, and mark each that the keeper begins.

A mark is one line in a file of its own. Folders from before there were marks have layout 1.
"""

import re

from appliance.config.folders import Folders
from appliance.errors import FileFormatError, MadeByNewer
from appliance.model.sentences.faults import noted
from appliance.vault.disk import Disk
from appliance.vault.newer import first_bytes, refuse_others

KNOWN = 4
"""The layout this version reads and writes; raised when older versions would misread a folder."""

_KEYRING = b"ZGODAKEY"
"""The beginning of a keyring; a byte with its version follows, which changes with the layout."""

_MOST_BYTES = 64
_LINE = re.compile(rb"zgoda data folder, layout ([1-9][0-9]{0,8})\n")


def check_layout(folders: Folders) -> bool:
    """Refuse a data folder of another layout; call this before opening anything in it.

    Returns:
        Whether the folder has a mark.

    Raises:
        FileFormatError: an older or newer version made the folder, or its mark names no layout.
        MadeByNewer, MadeByOlder: the layout is known, and a file in it is of another version.
        OSError: the mark cannot be read.
    """
    path, line = folders.layout, None
    if not path.is_symlink():  # a dangling link would count as no mark
        try:
            line = _LINE.fullmatch(Disk().read(path, _MOST_BYTES))
        except (FileNotFoundError, NotADirectoryError):
            if (older := _older_keyring(folders)) is not None:
                raise _older(folders, older) from None
            refuse_others(folders)
            return False
        except FileFormatError:
            line = None
    if line is None:
        raise FileFormatError(
            noted(
                "data_unmarked",
                f"{path} does not say which layout the data folder has; restore it from a backup.",
                path=path,
            )
        )
    if int(line[1]) > KNOWN:
        raise MadeByNewer(
            noted(
                "data_newer",
                f"The data folder {folders.data} was made by a newer Zgoda (layout {int(line[1])}; "
                f"this one knows {KNOWN}). Install that version, or restore a "
                "backup into an empty data folder.",
                path=folders.data,
            )
        )
    if int(line[1]) < KNOWN:
        raise _older(folders, int(line[1]))
    refuse_others(folders)
    return True


def mark_layout(folders: Folders, disk: Disk | None = None) -> None:
    """Mark a data folder, making it if necessary, before anything else is written there.

    Raises:
        FileFormatError: as ``check_layout`` does.
        OSError: the mark cannot be read or written.
    """
    folders.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    if check_layout(folders):
        return
    (disk or Disk()).replace(folders.layout, b"zgoda data folder, layout %d\n" % KNOWN, 0o644)


def _older_keyring(folders: Folders) -> int | None:
    """Return the layout of an older keyring in an unmarked folder; None if there is none."""
    for path in folders.keyring:
        head = first_bytes(path, len(_KEYRING) + 1)
        if head[:-1] == _KEYRING and head[-1] < KNOWN:
            return head[-1]
    return None


def _older(folders: Folders, layout: int) -> FileFormatError:
    return FileFormatError(
        noted(
            "data_older",
            f"The data folder {folders.data} was made by an older Zgoda (layout {layout}; this one "
            f"knows {KNOWN}). Open it with that version, or begin with an empty folder.",
            path=folders.data,
        )
    )
