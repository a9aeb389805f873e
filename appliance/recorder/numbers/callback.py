"""Remember an emergency call over a restart: no call-back to the box is asked (P1).

One small file with a time and nothing of a person. While it counts, every line is exempt for
incoming calls; once it is over the file goes. Whatever cannot be judged counts in full from now.
"""

import contextlib
import logging
import threading
from pathlib import Path

import msgspec

from appliance.clock import Clock
from appliance.errors import FileFormatError
from appliance.structs import from_json
from appliance.vault.disk import Disk

log = logging.getLogger(__name__)

EXEMPT_SECONDS = 30 * 60.0
"""So long after an emergency call the box asks no caller."""

LONGEST_FILE = 4096


class _HelpCall(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """When the office last called for help."""

    boot: str  # first digits of the boot's id: within one boot no wall clock is needed
    uptime: float  # seconds since that boot
    wall: float  # UTC
    clock_ok: bool


class CallBacks:
    """The last emergency call of the box, on disk."""

    def __init__(self, path: Path, clock: Clock, boot_id: str, disk: Disk | None = None) -> None:
        """Prepare; nothing is read yet.

        Args:
            path: the file; its folder exists and is the recorder's to write.
            clock: the time.
            boot_id: of this boot.
            disk: writes durably.
        """
        self._path = path
        self._clock = clock
        self._boot_id = boot_id
        self._disk = disk or Disk()
        self._writing: list[threading.Thread] = []
        self._until: float | None = None  # by the monotonic clock
        self._lock = threading.Lock()

    def seconds_ago(self) -> float | None:
        """Read how long ago the office called for help; None if nobody did who still counts.

        0.0 where the file is damaged, or a clock that cannot be believed lies between: then the
        whole time counts from now.
        """
        self._clear_unfinished()
        try:
            ago = self._judge(from_json(self._read(), _HelpCall))
        except FileNotFoundError:
            return None
        except (OSError, FileFormatError, msgspec.MsgspecError) as error:
            log.error("the last emergency call cannot be read, so it counts from now: %s", error)
            ago = 0.0
        self._until = self._clock.monotonic() + EXEMPT_SECONDS - ago
        if ago >= EXEMPT_SECONDS:
            self.forget_when_over()
            return None
        return ago

    @property
    def seconds_left(self) -> float:
        """Return for how long calls to the box are still exempt; 0 if they are not."""
        until = self._until
        return max(0.0, until - self._clock.monotonic()) if until is not None else 0.0

    def remember(self) -> None:
        """Write down that the office calls for help now; the disk keeps no line waiting."""
        self._until = self._clock.monotonic() + EXEMPT_SECONDS
        called = _HelpCall(
            boot=self._boot_id,
            uptime=self._clock.monotonic(),
            wall=self._clock.now(),
            clock_ok=self._clock.trusted(),
        )
        thread = threading.Thread(target=self._write, args=(called,), name="emergency")
        self._writing = [each for each in self._writing if each.is_alive()]
        self._writing.append(thread)
        thread.start()

    def forget_when_over(self) -> None:
        """Remove the file once it counts no more: nobody needs to know when that was."""
        if self._until is None or self.seconds_left > 0:
            return
        self._until = None
        try:
            with self._lock:
                self._path.unlink(missing_ok=True)
        except OSError as error:
            log.error("the last emergency call stays written down: %s", error.strerror)

    def forget_call(self) -> None:
        """Remove the file before it is over: of a call on the simulated network."""
        self.close()
        self._until = None
        with self._lock, contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)

    def close(self) -> None:
        """Wait until everything is written."""
        for thread in self._writing:
            thread.join()

    def _read(self) -> bytes:
        return self._disk.read(self._path, LONGEST_FILE)

    def _clear_unfinished(self) -> None:
        """Remove what a power cut left of an unfinished write."""
        with contextlib.suppress(OSError):
            for left in self._path.parent.glob(f".{self._path.name}.*"):
                left.unlink(missing_ok=True)

    def _judge(self, called: _HelpCall) -> float:
        """Return the seconds that have surely passed since."""
        if called.boot == self._boot_id:
            passed = self._clock.monotonic() - called.uptime
        elif called.clock_ok and self._clock.trusted():
            passed = self._clock.now() - called.wall
        else:
            return 0.0
        return max(passed, 0.0)  # a clock that was put back tells nothing

    def _write(self, called: _HelpCall) -> None:
        try:
            with self._lock:
                self._disk.replace(self._path, msgspec.json.encode(called))
        except OSError as error:
            log.error("an emergency call could not be written down: %s", error.strerror)
