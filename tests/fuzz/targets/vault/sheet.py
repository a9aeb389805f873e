"""A recovery sheet and words typed from it; the mark of a data folder and the chip's file.

An input is the typed text, or the file's bytes.
"""

from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from appliance.config.folders import Folders
from appliance.errors import FileFormatError, WrongSecret
from appliance.keeper.time.chip import read_at_boot
from appliance.vault.layout import check_layout
from appliance.vault.opening.keys import qr_text, read_group, read_sheet, sheet_text
from tests.fuzz.feeding import Target, overwrite
from tests.fuzz.keys import SECRET


@cache
def _folders() -> Folders:
    return Folders(Path(mkdtemp(prefix="mark")))


def take(raw: bytes) -> None:
    """Read it as each of them."""
    folders, text = _folders(), raw.decode("utf-8", "replace")
    overwrite(folders.layout, raw)
    read_at_boot(folders.layout, "b00710")
    with suppress(FileFormatError):
        check_layout(folders)
    with suppress(WrongSecret):
        read_group(3, text)
    assert len(read_sheet(text)) == 32


def seeds() -> dict[str, bytes]:
    """Return a sheet, its code, one with a mistake, marks and a chip's line."""
    sheet = sheet_text(SECRET)
    return {
        "sheet": sheet.encode(),
        "code": qr_text(sheet).lower().encode(),
        "mistake": sheet.replace("0", "1").encode(),
        "group": sheet.split("-")[3].encode(),
        "odd_letters": "ıſ".encode() * 33,
        "mark": b"zgoda data folder, layout 4\n",
        "other_mark": b"zgoda data folder, layout 999999999\n",
        "chip": b"b00710b7-3f52-4d1e-9a31-0f2c5d6e7a8b 1790000000 12.50\n",
        "empty": b"",
    }


TARGET = Target("sheet", take, (WrongSecret,), seeds)
