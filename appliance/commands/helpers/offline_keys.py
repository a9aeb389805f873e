"""Keys from a recovery sheet and a keyring, without a keeper: for ``verify`` and ``unseal``."""

from dataclasses import dataclass
from pathlib import Path

from appliance.errors import FileFormatError, KeyLost, WrongSecret
from appliance.vault.disk import Disk, wipe
from appliance.vault.opening.eraser import FileEraser
from appliance.vault.opening.keyring import MOST_BYTES, KeyringContent, open_keyring
from appliance.vault.opening.keys import public_half, read_sheet, reading_key

_SHEET_BYTES = 4096


@dataclass(frozen=True, slots=True)
class OfflineKeys:
    """Everything that opens an office's recordings, in memory."""

    reading: bytearray
    keyring: KeyringContent

    def recording(self, rid: str) -> bytes | None:
        """Return a recording's private key, None where the keyring has none."""
        entry = self.keyring.recordings.get(rid)
        return entry.private if entry else None


def load_keys(sheet: str, keyring: Path, root: Path | None, board_secret: str) -> OfflineKeys:
    """Open a keyring with its root and take the reading key from the sheet.

    Args:
        sheet: the sheet's text, or a file that holds it.
        keyring: one copy of a keyring.
        root: the eraser's file; None: the one beside the keyring.
        board_secret: a file with the board's secret, for roots of level E1; empty for none.

    Raises:
        WrongSecret: the sheet has a mistake, or is another office's.
        FileFormatError: keyring or root are foreign, altered, or not of the same generation.
    """
    secret = read_sheet(_sheet_text(sheet))
    reading = reading_key(secret)
    wipe(secret)
    root = root or keyring.with_name("root")
    if not root.exists():
        raise FileFormatError(f"The keyring's root, {root}, is not there: give it with --root.")
    try:
        _, _, content = open_keyring(
            Disk().read(keyring, MOST_BYTES), FileEraser.at(root, board_secret)
        )
    except KeyLost as error:
        raise FileFormatError(f"This keyring is older or newer than its root: {error}") from error
    if public_half(reading) != content.reading_key:
        raise WrongSecret("This recovery sheet belongs to another office than the keyring.")
    return OfflineKeys(reading, content)


def _sheet_text(sheet: str) -> str:
    """Return the text itself, or what the file of that name holds."""
    path = Path(sheet)
    try:
        if not path.is_file():
            return sheet
        return Disk().read(path, _SHEET_BYTES).decode()
    except OSError:
        return sheet  # A text too long for a file's name is a text.
    except UnicodeDecodeError as error:
        raise WrongSecret(f"{path.name} does not hold a recovery sheet's text.") from error
