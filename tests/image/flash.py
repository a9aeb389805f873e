"""The flash of QEMU's board, from which U-Boot has its settings."""

import re
import zlib
from pathlib import Path

FLASH_BYTES, SETTINGS_BYTES = 64 << 20, 256 << 10
"""A bank of the machine ``virt``, and its sector that U-Boot reads: ``ENV_SIZE``."""

SERIAL_NUMBER = b"serial#=10000000555aa555\0"

_EACH = rb"(?:[a-z_][a-z0-9_]*=[^\0]*\0)*"
_SETTINGS = re.compile(_EACH + rb"bootdelay=2\0" + _EACH)


def of_a_board(bios: Path, flash: Path) -> None:
    """Write a flash with U-Boot's own settings, and with a serial number, as every board has one.

    U-Boot puts it into the device tree, where a Raspberry Pi's firmware puts the board's. The two
    seconds in which a key stops U-Boot are left out: it counts them by asking the clock all the
    time, which an emulated processor does slowly, and they last half a minute.
    """
    found = _SETTINGS.search(bios.read_bytes())
    assert found is not None, f"{bios} has other settings"
    told = found[0].replace(b"bootdelay=2\0", b"bootdelay=0\0" + SERIAL_NUMBER)
    told = told.ljust(SETTINGS_BYTES - 4, b"\0")
    with flash.open("wb") as made:
        made.write(zlib.crc32(told).to_bytes(4, "little") + told)
        made.truncate(FLASH_BYTES)
