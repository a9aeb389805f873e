"""Wire the recorder: build its lines, serve its socket, stop in order."""

from typing import TYPE_CHECKING, Any

from appliance.clock import Clock, read_boot_id
from appliance.config.folders import Folders
from appliance.config.settings import Config, Line
from appliance.errors import LineError, Refused
from appliance.link.handlers import Handler, handlers_of, handles
from appliance.link.operations import Done, Operation
from appliance.link.requests.processes import news as between
from appliance.model.lamps import Need, gravest
from appliance.model.records import LineStatus
from appliance.recorder.doctor.search import Search
from appliance.recorder.doctor.tools import DoctorTools, RecorderState
from appliance.recorder.front.box import BoxFront
from appliance.recorder.handlers.calibration import CalibrationDesk
from appliance.recorder.handlers.demo_phone import PhoneDesk
from appliance.recorder.handlers.devices import DevicesDesk
from appliance.recorder.handlers.doctor import DoctorDesk, ExamineDesk
from appliance.recorder.handlers.lines import LinesDesk
from appliance.recorder.handlers.live import LiveDesk
from appliance.recorder.handlers.news import NewsDesk
from appliance.recorder.handlers.prompts_in_use import PromptDesk
from appliance.recorder.handlers.settings import ReadSettings, RecorderSettingsDesk
from appliance.recorder.handlers.trial import TrialDesk
from appliance.recorder.handlers.words import RecorderWordsDesk
from appliance.recorder.line.build import BuiltLine
from appliance.recorder.line.devices import REAL_TIME, UNSIMULATED, Simulation
from appliance.recorder.line.inbox import Press
from appliance.recorder.line.lineup import Lineup
from appliance.recorder.line.shared import library_for, share
from appliance.recorder.line.view import LineState
from appliance.recorder.numbers.callback import CallBacks

if TYPE_CHECKING:
    from appliance.exchange.driver import Exchange


class Recorder:
    """All lines of the box."""

    def __init__(
        self,
        config: Config,
        folders: Folders,
        clock: Clock,
        *,
        simulation: Simulation = REAL_TIME,
        settings: ReadSettings | None = None,
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
        self._desk = NewsDesk(self.statuses, self._changed, self._emergency)
        self._live = LiveDesk(self._shown, lambda: [built.thread.view for built in self._built()])
        self._shared = shared = share(config, folders, clock, simulation, self._desk.hear)
        lasting = not (simulation.at_speed and simulation.own_time)
        self._call_backs = CallBacks(folders.emergency, clock, read_boot_id()) if lasting else None
        shows = self.statuses, self._heard, self._press
        self._front = BoxFront(folders.recorder_run, clock, *shows)
        if lasting:
            self._front.wire(config.front)
        self._phones = PhoneDesk(self.line)
        self._prompts = PromptDesk(shared.library, lambda: self._config)
        self._lines: Lineup | None = None
        self._need_told = Need.NOTHING
        follow = self._follow, self._show_need
        self._words = RecorderWordsDesk(self._now, folders)
        self._settings = RecorderSettingsDesk(
            config,
            settings,
            *follow,
            shared.day.against,
            shared.speakers,
            prompts=folders.prompts,
            lengths=self._words.lengths,
        )
        self._search = Search(DoctorTools(), clock, self._real_lines, self._call_is_on)
        self._doctor = DoctorDesk(self.line, clock)
        try:
            self._lines = Lineup(shared, self._opened, self._mended)
        except BaseException:
            self.close()
            raise
        self._handlers = self._built_handlers()

    def _built_handlers(self) -> dict[type[Operation[Any]], Handler]:
        """Return what answers each operation."""
        clock = self._clock
        return handlers_of(
            self,
            self._desk,
            self._live,
            self._phones,
            CalibrationDesk(self.line, clock),
            self._settings,
            TrialDesk(self.line, self._built, self._call_backs),
            self._words,
            self._doctor,
            ExamineDesk(
                lambda: self._config,
                clock,
                self._running,
                self._folders.prompts,
                self._shared.speakers,
            ),
            self._shared.day,
            self._shared.entry,
            self._shared.told_speakers,
            self._shared.exempt,
            self._prompts,
            DevicesDesk(self._search),
            LinesDesk(self.statuses, self._press),
        )

    @property
    def offered(self) -> tuple[type[Operation[Any]], ...]:
        """Return the operations that the recorder's socket understands."""
        return tuple(self._handlers)

    @property
    def origin(self) -> bytes:
        """Return the public half of the key that signs this recorder's files."""
        return self._shared.origin.public

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
                raise LineError(status.fault.text)
        raise LineError(UNSIMULATED)

    def line(self, name: str) -> BuiltLine:
        """Return a line by its name.

        Raises:
            Refused: there is no such line.
        """
        if self._lines is None:
            raise Refused("no_line", line=name)
        return self._lines.line(name)

    def start(self) -> None:
        """Begin to listen on every line; none is asked on a call-back after an emergency."""
        if self._lines is not None:
            self._lines.start(self._start_line)
        self._front.start()
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
        return any(built.exchange is None and built.in_call for built in self._built())

    def _built(self) -> list[BuiltLine]:
        return self._lines.all() if self._lines is not None else []

    def _shown(self) -> list[LineState]:
        return self._lines.shown() if self._lines is not None else []

    def _opened(self, built: BuiltLine) -> None:
        if built.exchange is not None:
            self._phones.open(built.exchange)

    def _start_line(self, built: BuiltLine) -> None:
        """Begin to listen on a line; it is not asked on a call-back after an emergency."""
        called = self._call_backs.seconds_ago() if self._call_backs is not None else None
        if called is not None:
            built.thread.emergency_elsewhere(called)
        built.thread.start()
        self._changed()

    def _mended(self) -> None:
        """Say so where it was said that a line does not follow the settings."""
        if self._lines is not None:
            self._settings.mended(self._lines.problem)

    def _follow(self, config: Config) -> tuple[str, ...]:
        """Follow other settings; return which lines do not."""
        if self._lines is None:
            return ()
        self._shared.exempt.country = config.office.country
        if config.front != self._config.front and self._call_backs is not None:
            self._front.wire(config.front)
            self._front.start()
        self._config = config
        library = library_for(config, self._folders)
        self._prompts.follow(library)
        self._lines.follow(config, library)
        self._changed()
        return self._lines.problem

    def _changed(self) -> None:
        """Show how the lines are now."""
        if self._call_backs is not None:
            self._call_backs.forget_when_over()
        self._front.show()
        self._live.changed()
        self._phones.changed()

    def _heard(self) -> tuple[LineStatus, ...]:
        """Return how the lines are that could be made."""
        return tuple(built.thread.status for built in self._built())

    def _press(self, name: str, press: Press) -> None:
        self.line(name).thread.press(press)

    def _emergency(self, line: str) -> None:
        """Let every other line of the box know, and the next start: no call-back is asked."""
        for built in self._built():
            if built.thread.name != line:
                built.thread.emergency_elsewhere()
        if self._call_backs is not None:
            self._call_backs.remember()

    @handles(between.TellNeed)
    def _need(self, operation: between.TellNeed) -> Done:
        self._need_told = operation.need
        self._show_need()
        return Done()

    def _show_need(self) -> None:
        """Show what the box needs; settings that do not hold need an administrator, too."""
        taken, lines = self._settings.taken, self._lines
        older = Need.OLDER if taken.problem or taken.stuck else Need.NOTHING
        need = gravest(self._need_told, older)
        # A line that could not be made follows none: nothing is said of the others for it.
        self._live.need(need, self._settings.older or (lines is not None and lines.behind))
        self._front.need(need)

    @handles(between.GetOrigin)
    def _get_origin(self, operation: between.GetOrigin) -> between.OriginPublic:
        return between.OriginPublic(self.origin)

    def _running(self) -> RecorderState:
        """Return what this recorder knows of itself."""
        call_backs = self._call_backs
        return RecorderState(
            self.statuses(),
            front_fault=self._front.fault,
            grades={each.thread.name: each.thread.calibration.grade for each in self._built()},
            settings=self._settings.taken,
            exempt_seconds=call_backs.seconds_left if call_backs is not None else 0.0,
            finds=self._search.finds(),
            earned={each.thread.name: self._doctor.earned(each) for each in self._built()},
        )
