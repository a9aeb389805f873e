"""Hold the lines of the box, and let them follow other settings one by one, between calls.

A line that keeps its devices takes other rules before its next call. One that is removed, or gets
other devices, ends when no call is going on; only then is what follows it built, since two cannot
have the same device. A thread of its own waits for that, so nothing here holds up a line.

A line that cannot be made or started is a fault of its own: the others work, it is shown with the
reason, and it is tried again now and then, and with the next settings or prompts.
"""

import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from appliance.call.states import State
from appliance.config.drivers.known import devices
from appliance.config.settings import Config, Line, Part
from appliance.errors import Refused, ZgodaError, fault
from appliance.model.records import LineStatus
from appliance.model.sentences.faults import FaultText, text_of
from appliance.prompts.library import Library
from appliance.recorder.line.build import BuiltLine, build, refit
from appliance.recorder.line.shared import SharedParts
from appliance.recorder.line.view import BETWEEN_CALLS, LineState
from appliance.threads import NamedThread

log = logging.getLogger(__name__)

TRY_AGAIN_SECONDS = 30.0
"""Between two attempts to make a line that could not be made."""


class Lineup:
    """The lines by their names. Any thread may ask."""

    def __init__(
        self,
        shared: SharedParts,
        opened: Callable[[BuiltLine], None],
        mended: Callable[[], None] = lambda: None,
    ) -> None:
        """Build every line that can be built; ``start`` begins.

        Args:
            shared: parts that all lines share.
            opened: told of each line that was built.
            mended: called when a line could be made that could not before, or the other way round.
        """
        self._shared, self._opened, self._mended = shared, opened, mended
        self._lines: dict[str, BuiltLine] = {}
        self._lock = threading.Condition()  # around the lines and what they are to be
        self._building = threading.Lock()  # one line at a time
        self._changes = 0  # that wait for the end of a call
        self._wanted = {line.name: line for line in shared.config.lines}
        self._failed: dict[str, FaultText] = {}  # line -> why it does not follow
        self._failed_at: dict[str, float] = {}  # UTC
        self._leaving: set[str] = set()
        self._before: dict[str, tuple[SharedParts, Line]] = {}  # as a line was before it left
        self._left: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._begin: Callable[[BuiltLine], None] | None = None
        self._changer: NamedThread | None = None
        for line in shared.config.lines:
            self._build_or_fail(line)

    def all(self) -> list[BuiltLine]:
        """Return the lines that could be made, in the order of the settings."""
        with self._lock:
            order = [name for name in self._wanted if name in self._lines]
            gone = [name for name in self._lines if name not in self._wanted]
            return [self._lines[name] for name in (*order, *gone)]

    def line(self, name: str) -> BuiltLine:
        """Return a line by its name.

        Raises:
            Refused: there is no such line.
        """
        with self._lock:
            built, broken = self._lines.get(name), self._failed.get(name)
        if built is None and broken is not None:
            why: dict[str, str] = {"fault": broken.fault.code, **broken.fault.values}
            raise Refused("line_broken", seconds=0, line=name, **why)
        if built is None:
            raise Refused("no_line", line=name)
        return built

    def shown(self) -> list[LineState]:
        """Return how each line is, in the order of the settings; of a broken one, why."""
        with self._lock:
            broken = {
                line.name: LineState(self._broken(line), None)
                for line in self._wanted.values()
                if line.name in self._failed and line.name not in self._lines
            }
            order = [name for name in self._wanted if name in self._lines or name in broken]
            gone = [name for name in self._lines if name not in self._wanted]
            lines = dict(self._lines)
        return [
            broken[name] if name in broken else lines[name].thread.view.shown
            for name in (*order, *gone)
        ]

    def _broken(self, line: Line) -> LineStatus:
        return LineStatus(
            line=line.name,
            state=State.FAULT.value,
            kind=line.kind.value,
            since=self._failed_at[line.name],
            fault=self._failed[line.name].fault,
            trial=line.simulated,
        )

    @property
    def busy(self) -> bool:
        """Say whether a call is going on."""
        calm = {state.value for state in BETWEEN_CALLS}
        return any(built.thread.status.state not in calm for built in self.all())

    @property
    def problem(self) -> tuple[str, ...]:
        """Name the lines that do not follow the settings; empty if all do or will."""
        with self._lock:
            return tuple(self._failed)

    @property
    def behind(self) -> bool:
        """Say whether a line works that follows older settings, since it cannot follow these."""
        with self._lock:
            return any(name in self._lines for name in self._failed)

    def start(self, begin: Callable[[BuiltLine], None]) -> None:
        """Begin to listen on every line, and on those that settings add later."""
        self._begin = begin
        for built in self.all():
            self._start(begin, built)
        with self._lock:
            broken = bool(self._failed)
        if broken:
            self._have_changer()

    def follow(self, config: Config, library: Library | None = None) -> None:
        """Let every line follow other settings or prompts: at once, or when its call is over."""
        shared = replace(self._shared, config=config, library=library or self._shared.library)
        with self._lock:
            before, self._shared = self._shared, shared
            self._before |= {
                name: (before, built.line)
                for name, built in self._lines.items()
                if name not in self._leaving
            }
            self._wanted = {line.name: line for line in config.lines}
            self._failed, self._failed_at = {}, {}
            staying = [
                (line, self._lines[line.name])
                for line in config.lines
                if line.name in self._lines and line.name not in self._leaving
            ]
        for line, built in staying:
            if _devices(line) == _devices(built.line):
                self._refit(line, built)
        self._rearrange()

    def settle(self, seconds: float) -> bool:
        """Wait until the lines are as the settings want them; say whether they are."""
        with self._lock:
            return self._lock.wait_for(lambda: self._changes == 0, seconds)

    def close(self) -> None:
        """End every call as cut and release every device."""
        if self._changer is not None:
            self._left.put(None)
            self._changer.join()
        for built in self.all():
            built.thread.close()

    def _refit(self, line: Line, built: BuiltLine) -> None:
        try:
            built.thread.follow(refit(self._shared, line, built))
        except Exception as error:  # of one line, which goes on as it was
            self._fail(line.name, error)
            return
        with self._lock:
            self._lines[line.name] = replace(built, line=line)

    def _rearrange(self) -> None:
        """Have those leave that must, and build what can be built by now."""
        with self._lock:
            leaving = [
                (name, built)
                for name, built in self._lines.items()
                if name not in self._leaving and name not in self._failed
                if name not in self._wanted or _devices(self._wanted[name]) != _devices(built.line)
            ]
            self._leaving.update(name for name, _ in leaving)
            self._changes += len(leaving)
        if leaving:
            self._have_changer()
        for name, built in leaving:
            built.thread.retire(partial(self._left.put, name))
        self._build_missing()

    def _build_missing(self) -> None:
        with self._lock:
            # Lines that stay have what the settings give them: two may share a Whozz Calling unit.
            held = [
                built.line
                for name, built in self._lines.items()
                if name in self._leaving or name in self._failed
            ]
            taken = {device for line in held for device in _ports(line)}
            missing = [
                line
                for name, line in self._wanted.items()
                if name not in self._lines and name not in self._failed
                if not taken & _ports(line)
            ]
        for line in missing:
            if not self._build_or_fail(line):
                self._put_back(line.name)
                self._have_changer()

    def _have_changer(self) -> None:
        """Have the thread that waits for the end of calls, and tries broken lines again."""
        if self._changer is None:
            self._changer = NamedThread(self._change, "settings")
            self._changer.start()

    def try_again(self) -> None:
        """Make the lines that could not be made, as far as they can be made now."""
        with self._lock:
            shared = self._shared
            broken = [
                line
                for name, line in self._wanted.items()
                if name in self._failed and name not in self._lines
            ]
        made = [line.name for line in broken if self._build_or_fail(line)]
        with self._lock:
            for name in made:
                self._failed.pop(name, None)
        self._catch_up(shared)
        if made:
            self._mended()

    def _catch_up(self, shared: SharedParts) -> None:
        """Follow the settings that came while lines were made by earlier ones.

        To open a device takes a while, and whoever saves settings does not wait for it.
        """
        if self._shared is not shared:
            self.follow(self._shared.config, self._shared.library)

    def _put_back(self, name: str) -> None:
        """Go on with a line as it was, since it cannot be what it is to be."""
        if (before := self._before.get(name)) is not None:
            try:
                self._build(before[1], before[0])
            except Exception as error:  # of one line: the others go on
                log.error("line %s cannot go on as it was: %s", name, text_of(error))

    def _build_or_fail(self, line: Line) -> bool:
        """Build a line and begin; say whether it is there. It alone is at fault if it is not."""
        with self._building:
            try:
                if not self._has(line.name):
                    self._build(line)
            except Exception as error:  # whatever it is: the other lines have to work
                self._fail(line.name, error)
        return self._has(line.name)

    def _has(self, name: str) -> bool:
        with self._lock:
            return name in self._lines

    def _build(self, line: Line, shared: SharedParts | None = None) -> None:
        built = build(shared or self._shared, line)
        with self._lock:
            self._lines[line.name] = built
        self._opened(built)
        if self._begin is not None:
            self._start(self._begin, built)

    def _start(self, begin: Callable[[BuiltLine], None], built: BuiltLine) -> None:
        """Begin to listen on a line; one that cannot is released, and shown as broken."""
        try:
            begin(built)
        except Exception as error:  # whatever it is: the other lines have to work
            built.thread.close()
            name = built.line.name
            with self._lock:
                known = self._lines.get(name)
                if known is None or known.thread is not built.thread:
                    return  # other settings have come meanwhile, and another line by this name
                del self._lines[name]
            self._fail(name, error)

    def _fail(self, name: str, error: Exception) -> None:
        why = text_of(error)
        with self._lock:
            known = self._failed.get(name) == why
            self._failed[name] = why
            self._failed_at.setdefault(name, self._shared.clock.now())
        if not known:
            log.error("line %s does not follow the settings: %s", name, why)
            if not isinstance(error, ZgodaError | OSError):
                log.error("line %s: %s", name, fault(error))

    # -- a thread of its own ----------------------------------------------------------------------

    def _change(self) -> None:
        """Release the devices of lines that have left, and build what takes their place."""
        while True:
            try:
                name = self._left.get(timeout=TRY_AGAIN_SECONDS)
            except queue.Empty:
                self.try_again()
                continue
            if name is None:
                return
            with self._lock:
                shared, built = self._shared, self._lines.get(name)
            if built is not None:
                built.thread.close()
            with self._lock:
                if self._lines.pop(name, None) is None:  # it could not start, as it was to be
                    self._failed.pop(name, None)
                self._leaving.discard(name)
            self._build_missing()
            self._catch_up(shared)
            if self.problem:
                self._mended()  # or could not, which nobody has been told of yet
            with self._lock:
                self._changes -= 1
                self._lock.notify_all()


def _devices(line: Line) -> tuple[Part, Part, Part]:
    return line.hook, line.audio, line.prompt


def _ports(line: Line) -> set[str]:
    """Return the devices that a line has; the simulated exchange is none."""
    return {name for role, part in line.parts.items() for _, _, name in devices(role, part)}
