"""The flash of QEMU's board, from which U-Boot has its settings."""

import re
import zlib
from pathlib import Path

FLASH_BYTES, SETTINGS_BYTES = 64 << 20, 256 << 10
"""A bank of the machine ``virt``, and its sector that U-Boot reads: ``ENV_SIZE``."""

_EACH = rb"(?:[a-z_][a-z0-9_]*=[^\0]*\0)*"
_SETTINGS = re.compile(_EACH + rb"bootdelay=2\0" + _EACH)


def without_delay(bios: Path, flash: Path) -> None:
    """Write a flash with U-Boot's own settings, but for its two seconds in which a key stops it.

    It counts them by asking the clock all the time, which an emulated processor does slowly: they
    last half a minute.
    """
    found = _SETTINGS.search(bios.read_bytes())
    assert found is not None, f"{bios} has other settings"
    told = found[0].replace(b"bootdelay=2\0", b"bootdelay=0\0").ljust(SETTINGS_BYTES - 4, b"\0")
    with flash.open("wb") as made:
        made.write(zlib.crc32(told).to_bytes(4, "little") + told)
        made.truncate(FLASH_BYTES)
