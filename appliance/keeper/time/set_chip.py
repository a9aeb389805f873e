"""Set the clock chip to the believed time, from a file of the keeper: as root, once.

The file is input from a process with fewer rights. It has to hold one line with three words, belong
to this boot, be at most a few minutes old, and name a time that a chip can tell. Otherwise nothing
is set.
"""

import fcntl
import os
import struct
import time
from collections.abc import Callable
from pathlib import Path

from appliance.errors import FileFormatError, ZgodaError
from appliance.keeper.time.chip import read_at_boot
from appliance.model.sentences.faults import in_words, noted

RTC_SET_TIME = 0x4024700A
"""``_IOW('p', 0x0a, struct rtc_time)`` of linux/rtc.h; the same on ARM and x86."""

_RTC_TIME = struct.Struct("9i")
"""struct rtc_time: second, minute, hour, day, month, year, and three that are not used."""

OLDEST = 300.0
"""Seconds: the unit starts as soon as the file is written."""


def _set(device: Path, fields: bytes) -> None:
    chip = os.open(device, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        fcntl.ioctl(chip, RTC_SET_TIME, fields)
    finally:
        os.close(chip)


def set_chip(
    believed: Path,
    device: Path,
    boot_id: str,
    uptime: float,
    apply: Callable[[Path, bytes], None] = _set,
) -> float:
    """Set the chip and return the time (UTC) that it was set to.

    Args:
        believed: what the keeper wrote: boot, time, uptime.
        device: the chip.
        boot_id: this boot's.
        uptime: seconds since the boot, now.
        apply: sets a device to a ``struct rtc_time``.

    Raises:
        FileFormatError: the file is not what the keeper writes, or of another boot, or too old.
        ZgodaError: the chip does not take it.
    """
    said = read_at_boot(believed, boot_id)
    if said is None or not 0 <= uptime - said.uptime <= OLDEST:
        raise FileFormatError(
            noted("clock_of_boot", f"{believed} names no time of this boot; nothing was set.")
        )
    at = said.at + uptime - said.uptime
    when = time.gmtime(at)
    fields = _RTC_TIME.pack(
        when.tm_sec, when.tm_min, when.tm_hour, when.tm_mday, when.tm_mon - 1, when.tm_year - 1900,
        0, 0, 0,
    )  # fmt: skip
    try:
        apply(device, fields)
    except OSError as error:
        raise ZgodaError(in_words("chip_time_unset", path=device, detail=error.strerror)) from None
    return at
