"""Read and write an AT24C32 EEPROM by pages, through the file of the kernel's at24 driver.

No page cache stands behind that file: each read asks the chip, and syncing does nothing. A write
returns once the chip has taken the bytes into its buffer; the cells change in the 5 to 10 ms after,
during which the chip answers nobody. So only reading back shows what the cells hold: the driver
waits for the chip, and a chip whose write-protect pin is high took nothing.
"""

import ctypes
import os
import struct
from pathlib import Path

from appliance.errors import EraserFailed
from appliance.model.sentences.faults import noted

_libc = ctypes.CDLL(None, use_errno=True)

PAGE_BYTES = 32
"""Bytes that an AT24C32 writes at once. Power lost meanwhile tears this page and no other."""

CHIP_BYTES = 4096

TRIES = 3
"""Writes of a page before its cells are called worn."""

_SYSFS = 0x62656572
"""The type of the file system in which drivers show their files: SYSFS_MAGIC."""

_NOT_A_CHIP = "is no chip's file but an ordinary one: name the file eeprom below /sys"


class ChipFile:
    """The driver's file, one operation each; a test may stand in for it."""

    def open(self, path: Path) -> int:
        """Open the file for reading and writing; never make one."""
        return os.open(path, os.O_RDWR | os.O_CLOEXEC)

    def close(self, fd: int) -> None:
        """Close a descriptor."""
        os.close(fd)

    def is_a_drivers(self, fd: int) -> bool:
        """Say whether a driver shows the file: whatever lies on a disk is no chip."""
        return file_system_of(fd) == _SYSFS

    def size(self, fd: int) -> int:
        """Return the chip's size."""
        return os.fstat(fd).st_size

    def read(self, fd: int, count: int, offset: int) -> bytes:
        """Read; may return less."""
        return os.pread(fd, count, offset)

    def write(self, fd: int, data: bytes, offset: int) -> int:
        """Write within a page; may take less."""
        return os.pwrite(fd, data, offset)


class Chip:
    """One chip. Each access opens the driver's file anew, so a chip that comes back is found."""

    def __init__(self, path: Path, driver: ChipFile | None = None) -> None:
        """Take the path of the driver's file; nothing is opened yet."""
        self.path = path
        self._driver = driver or ChipFile()

    def read(self, offset: int, count: int) -> bytes:
        """Read from the cells.

        Raises:
            EraserFailed: the chip is gone, does not answer, or is none.
        """
        fd = self._open()
        try:
            return self._read(fd, offset, count)
        except OSError as error:
            raise self._silent(error) from error
        finally:
            self._driver.close(fd)

    def write(self, page: int, data: bytes) -> None:
        """Write one whole page and read it back, up to three times.

        Raises:
            EraserFailed: as ``read``, or the cells do not hold what was written.
        """
        if len(data) != PAGE_BYTES:
            raise ValueError("a page is written whole")
        at, found = page * PAGE_BYTES, b""
        fd = self._open()
        try:
            for _ in range(TRIES):
                self._write(fd, at, data)
                found = self._read(fd, at, PAGE_BYTES)
                if found == data:
                    return
        except OSError as error:
            raise self._silent(error) from error
        finally:
            self._driver.close(fd)
        wrong = next(i for i in range(PAGE_BYTES) if found[i] != data[i])
        raise EraserFailed(
            noted(
                "chip_worn",
                f"The EEPROM {self.path} does not hold what is written at byte {at + wrong}, after "
                f"{TRIES} attempts: the chip is worn out or write-protected.",
                path=self.path,
            )
        )

    def _open(self) -> int:
        try:
            fd = self._driver.open(self.path)
        except OSError as error:
            raise self._silent(error) from error
        try:
            if not self._driver.is_a_drivers(fd):
                raise EraserFailed(noted("chip_odd", f"{self.path} {_NOT_A_CHIP}.", path=self.path))
            size = self._driver.size(fd)
            if size != CHIP_BYTES:
                raise EraserFailed(
                    noted(
                        "chip_odd",
                        f"The EEPROM {self.path} has {size} bytes; Zgoda uses an AT24C32 of "
                        f"{CHIP_BYTES}.",
                        path=self.path,
                    )
                )
        except BaseException:
            self._driver.close(fd)
            raise
        return fd

    def _read(self, fd: int, offset: int, count: int) -> bytes:
        found = b""
        while len(found) < count:
            piece = self._driver.read(fd, count - len(found), offset + len(found))
            if not piece:
                raise EraserFailed(
                    noted(
                        "chip_odd",
                        f"The EEPROM {self.path} ends before its last byte.",
                        path=self.path,
                    )
                )
            found += piece
        return found

    def _write(self, fd: int, offset: int, data: bytes) -> None:
        while data:
            done = self._driver.write(fd, data, offset)
            if done <= 0:
                raise EraserFailed(
                    noted("chip_worn", f"The EEPROM {self.path} takes nothing.", path=self.path)
                )
            data, offset = data[done:], offset + done

    def _silent(self, error: OSError) -> EraserFailed:
        return EraserFailed(
            noted(
                "chip_silent",
                f"The EEPROM {self.path} does not answer: {error.strerror or error}.",
                path=self.path,
                detail=error.strerror or error,
            )
        )


def file_system_of(fd: int) -> int:
    """Return the type of the file system that an open file is on, as fstatfs(2) names it.

    Raises:
        OSError: it cannot be asked.
    """
    told = ctypes.create_string_buffer(256)
    if _libc.fstatfs(fd, told) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    kind: int = struct.unpack_from("l", told)[0]
    return kind
