"""Wire the recorder: build its lines, serve its socket, stop in order."""

import functools
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from appliance.clock import Clock, read_boot_id
from appliance.config.folders import Folders
from appliance.config.kept import InForce
from appliance.config.settings import Config, Line
from appliance.errors import LineError, Refused
from appliance.lines.monitor.driver import Units
from appliance.link.handlers import handlers_of, handles
from appliance.link.operations import Done, Operation
from appliance.link.requests import lines as ask
from appliance.link.requests.doctor import ExamineLines, Findings
from appliance.link.requests.processes import news as between
from appliance.model.actions import Note
from appliance.model.lamps import NOTHING, Needs
from appliance.model.records import LineStatus
from appliance.prompts.library import Library
from appliance.recorder.doctor.lines import examine_lines
from appliance.recorder.doctor.search import Search
from appliance.recorder.doctor.tools import DoctorTools, Running
from appliance.recorder.front.button import ButtonPress, presses
from appliance.recorder.handlers.calibration import CalibrationDesk
from appliance.recorder.handlers.demo_phone import PhoneDesk
from appliance.recorder.handlers.devices import DevicesDesk
from appliance.recorder.handlers.doctor import DoctorDesk
from appliance.recorder.handlers.live import LiveDesk
from appliance.recorder.handlers.news import NewsDesk
from appliance.recorder.handlers.prompts_in_use import PromptDesk
from appliance.recorder.handlers.settings import SettingsDesk
from appliance.recorder.handlers.trial import TrialDesk
from appliance.recorder.handlers.words import WordsDesk
from appliance.recorder.line.build import Built, Shared
from appliance.recorder.line.devices import REAL_TIME, Simulation, make_portaudio
from appliance.recorder.line.inbox import EmergencyDialled, Press, Told
from appliance.recorder.line.lineup import Lineup
from appliance.recorder.line.told_day import ToldDay
from appliance.recorder.line.view import BETWEEN_CALLS, Shown
from appliance.recorder.numbers.callback import CallBacks
from appliance.recorder.numbers.exempt import ExemptList
from appliance.recorder.recording.writer import Failed, Opened, SlowSync, Withdrawn
from appliance.vault.origin import OriginKey
from appliance.vault.pool import Pool
from appliance.vault.seal import Sealed
from appliance.vault.timed_disk import SlowSyncs

if TYPE_CHECKING:
    from appliance.exchange.driver import Exchange
    from appliance.recorder.front.front import Front

log = logging.getLogger(__name__)


class Recorder:
    """All lines of the box."""

    def __init__(
        self,
        config: Config,
        folders: Folders,
        clock: Clock,
        *,
        simulation: Simulation = REAL_TIME,
        settings: Callable[[], InForce] | None = None,
    ) -> None:
        """Build every line that can be built; ``start`` begins.

        Args:
            config: the owner's settings.
            folders: the data folder, whose places exist.
            clock: the time.
            simulation: how simulated lines behave.
            settings: reads the settings in force, when they were changed; None: nobody
                can.
        """
        self._config, self._folders, self._clock = config, folders, clock
        self._desk = NewsDesk()
        self._live = LiveDesk(self._shown, lambda: [built.thread.view for built in self._built()])
        pool = Pool(folders.pool, folders.new, folders.box_key)
        self._exempt = ExemptList(pool, config.office.country)
        self._day = ToldDay(folders.day)
        self._origin = OriginKey.of_this_boot(folders.origin_key)
        library = Library(config.vault.prompts or None, folders.prompts)
        shared = Shared(
            config=config,
            folders=folders,
            clock=clock,
            pool=pool,
            origin=self._origin,
            exempt=self._exempt,
            day=self._day,
            library=library,
            syncs=SlowSyncs(clock.monotonic),
            tell=self._told,
            simulation=simulation,
            portaudio=functools.cache(make_portaudio),
            units=Units(clock),
        )
        lasting = not (simulation.at_speed and simulation.own_time)
        self._call_backs = CallBacks(folders.emergency, clock, read_boot_id()) if lasting else None
        self._front = self._make_front(config, folders, clock) if lasting else None
        self._phones = PhoneDesk(self.line)
        self._prompts = PromptDesk(library, lambda: self._config)
        self._lines: Lineup | None = None
        self._needs = NOTHING
        follow = self._follow, self._show_need
        self._settings = SettingsDesk(
            config, settings, *follow, self._day.has_come, prompts=folders.prompts
        )
        self._words = WordsDesk(self._now, folders, self._settings.reread)
        self._search = Search(DoctorTools(), clock, self._real_lines, self._call_is_on)
        self._doctor = DoctorDesk(self.line, clock)
        try:
            self._lines = Lineup(shared, self._opened)
        except BaseException:
            self.close()
            raise
        desks = (self._live, self._phones, CalibrationDesk(self.line, clock), self._settings)
        self._handlers = handlers_of(
            self,
            *desks,
            TrialDesk(self.line, self._built, self._call_backs),
            self._words,
            self._doctor,
            self._day,
            self._prompts,
            DevicesDesk(self._search),
        )

    @property
    def offered(self) -> tuple[type[Operation[Any]], ...]:
        """Return the operations that the recorder's socket understands."""
        return tuple(self._handlers)

    @property
    def origin(self) -> bytes:
        """Return the public half of the key that signs this recorder's files."""
        return self._origin.public

    def simulated(self) -> "Exchange":
        """Return the exchange of the first simulated line.

        Raises:
            LineError: no line is simulated, or none of those could be made.
        """
        for built in self._built():
            if built.exchange is not None:
                return built.exchange
        for status in self.statuses():
            if status.trial and status.fault:
                raise LineError(status.fault)
        raise LineError("No line of this configuration is on the simulated exchange.")

    def line(self, name: str) -> Built:
        """Return a line by its name.

        Raises:
            Refused: there is no such line.
        """
        if self._lines is None:
            raise Refused("not_found", f"There is no line called {name!r}.")
        return self._lines.line(name)

    def start(self) -> None:
        """Begin to listen on every line; none is asked on a call-back after an emergency."""
        if self._lines is not None:
            self._lines.start(self._start_line)
        if self._front is not None:
            self._front.start()
            self._front.show(self.statuses())
        self._show_need()

    def close(self) -> None:
        """End every call as cut, release every device, end all watching."""
        for built in self._built():
            built.thread.view.watch.latest.close()
        if self._lines is not None:
            self._lines.close()
        self._desk.close()
        self._live.close()
        self._phones.close()
        self._words.close()
        if self._front is not None:
            self._front.close()
        if self._call_backs is not None:
            self._call_backs.close()

    def handle(self, operation: Operation[Any], session: str | None, upload: bytes) -> Any:
        """Answer one operation of the keeper's."""
        sent = (upload,) if operation.upload else ()
        return self._handlers[type(operation)](operation, *sent)

    def statuses(self) -> tuple[LineStatus, ...]:
        """Return how every line is."""
        return tuple(shown.status for shown in self._shown())

    def rounds(self) -> dict[str, int]:
        """Return how often each line's thread has come round."""
        return {built.thread.name: built.thread.rounds for built in self._built()}

    def _now(self) -> tuple[Config, Lineup | None]:
        return self._config, self._lines

    def _real_lines(self) -> list[Line]:
        """Return the lines that have devices now or by the settings; of simulated ones none has."""
        return [*self._config.lines, *(built.line for built in self._built())]

    def _call_is_on(self) -> bool:
        """Say whether a call is on a line that is no simulation."""
        return any(
            built.exchange is None and built.thread.status.state not in BETWEEN_CALLS
            for built in self._built()
        )

    def _built(self) -> list[Built]:
        return self._lines.all() if self._lines is not None else []

    def _shown(self) -> list[Shown]:
        return self._lines.shown() if self._lines is not None else []

    def _opened(self, built: Built) -> None:
        if built.exchange is not None:
            self._phones.open(built.exchange)

    def _start_line(self, built: Built) -> None:
        """Begin to listen on a line; it is not asked on a call-back after an emergency."""
        called = self._call_backs.seconds_ago() if self._call_backs is not None else None
        if called is not None:
            built.thread.emergency_elsewhere(called)
        built.thread.start()
        self._changed()

    def _follow(self, config: Config) -> str:
        """Follow other settings; return which lines do not, and why."""
        if self._lines is None:
            return ""
        self._exempt.country = config.office.country
        if config.front != self._config.front and self._call_backs is not None:
            self._change_front(config)
        self._config = config
        library = Library(config.vault.prompts or None, self._folders.prompts)
        self._prompts.follow(library)
        self._lines.follow(config, library)
        self._changed()
        return self._lines.problem

    def _change_front(self, config: Config) -> None:
        """Give the pins of lamps and button back and take others."""
        before, self._front = self._front, None
        if before is not None:
            before.close()
        self._front = self._make_front(config, self._folders, self._clock)
        if self._front is not None:
            self._front.start()
            self._front.show(self.statuses())

    def _told(self, report: Told) -> None:
        """Pass on what a line tells; called from the lines' threads, so it only enqueues."""
        match report:
            case Opened():
                news = between.RecorderNews(kind="opened", recording=report.rid)
            case Sealed():
                news = between.RecorderNews(
                    kind="sealed",
                    recording=report.rid,
                    frames=report.frames,
                    sha256=report.sha256,
                )
            case Withdrawn():
                news = between.RecorderNews(kind="withdrawn", recording=report.rid)
            case Note():
                news = between.RecorderNews(kind="noted")
            case EmergencyDialled():
                self._emergency(report.line)
                return
            case Failed():
                log.error("a call is not recorded: %s", report.reason)
                return
            case SlowSync():
                log.warning("the disk took %.1f s to keep a piece of a call", report.seconds)
                return
            case _:
                self._changed()
                news = between.RecorderNews(kind="lines", lines=self.statuses())
        self._desk.tell(news)

    def _changed(self) -> None:
        """Show how the lines are now."""
        if self._call_backs is not None:
            self._call_backs.forget_when_over()
        if self._front is not None:
            self._front.show(self.statuses())
        self._live.changed()
        self._phones.changed()

    def _make_front(self, config: Config, folders: Folders, clock: Clock) -> "Front | None":
        """Make lamps and button, where the configuration names their pins."""
        if config.front is None:
            return None
        from appliance.recorder.front.front import Front  # noqa: PLC0415 - gpiozero takes 3 MB

        return Front(config.front, folders.recorder_run, clock, self._pressed)

    def _pressed(self, press: ButtonPress) -> None:
        """Do what a press of the box's button means."""
        heard = tuple(built.thread.status for built in self._built())
        for name, meant in presses(press, heard):
            self.line(name).thread.press(meant)

    def _emergency(self, line: str) -> None:
        """Let every other line of the box know, and the next start: no call-back is asked."""
        for built in self._built():
            if built.thread.name != line:
                built.thread.emergency_elsewhere()
        if self._call_backs is not None:
            self._call_backs.remember()

    @handles(ask.GetLines)
    def _get_lines(self, operation: ask.GetLines) -> ask.Lines:
        return ask.Lines(self.statuses())

    @handles(ask.PressButton)
    def _press(self, operation: ask.PressButton) -> Done:
        self.line(operation.line).thread.press(Press(operation.button))
        return Done()

    @handles(between.LendList)
    def _lend(self, operation: between.LendList) -> Done:
        self._exempt.lend(operation.key, operation.tags)
        return Done()

    @handles(between.TellNeed)
    def _need(self, operation: between.TellNeed) -> Done:
        self._needs = Needs(operation.needed, operation.plain)
        self._show_need()
        return Done()

    def _show_need(self) -> None:
        """Show what the box needs; settings that do not hold need an administrator, too."""
        older = bool(self._settings.problem)
        needs = replace(self._needs, somebody=self._needs.somebody or older)
        self._live.need(needs, older)
        if self._front is not None:
            self._front.need(needs)

    @handles(between.GetOrigin)
    def _get_origin(self, operation: between.GetOrigin) -> between.OriginPublic:
        return between.OriginPublic(self.origin)

    @handles(ExamineLines)
    def _examine(self, operation: ExamineLines) -> Findings:
        front, call_backs, kept = self._front, self._call_backs, self._folders.prompts
        running = Running(
            self.statuses(),
            front_fault=front.fault if front is not None else "",
            grades={each.thread.name: each.thread.calibration.grade for each in self._built()},
            settings=self._settings.problem,
            exempt_seconds=call_backs.seconds_left if call_backs is not None else 0.0,
            finds=self._search.finds(),
            earned={each.thread.name: self._doctor.earned(each) for each in self._built()},
        )
        return Findings(tuple(examine_lines(self._config, self._clock, running, kept=kept)))

    @handles(between.WatchRecorder)
    def _watch(self, operation: between.WatchRecorder) -> Iterator[between.RecorderNews | None]:
        return self._desk.watch(between.RecorderNews(kind="lines", lines=self.statuses()))
