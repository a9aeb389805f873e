"""Put one line together from the configuration: drivers, ears, prompts, rules."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from appliance.call.states import State
from appliance.clock import read_boot_id
from appliance.config.settings import Line
from appliance.errors import LineError, Refused
from appliance.exchange.device import runs_at_speed
from appliance.hearing.stream import LineDetectors
from appliance.lines.device import Supplies
from appliance.model.kind import is_strange, kind_kept
from appliance.model.sentences.faults import device_fault
from appliance.prompts.languages import in_languages, language_of
from appliance.recorder.calibration.figures import KeptCalibration
from appliance.recorder.line.actions import LineTools
from appliance.recorder.line.devices import Devices, make_devices, open_caller
from appliance.recorder.line.parts import LineParts
from appliance.recorder.line.policy import compile_languages
from appliance.recorder.line.shared import SharedParts
from appliance.recorder.line.thread import LineThread
from appliance.recorder.line.view import BETWEEN_CALLS
from appliance.recorder.line.voltage import KeptVoltage
from appliance.recorder.numbers.dialling import DialObserver
from appliance.recorder.recording.notes import Notes
from appliance.recorder.recording.opening import Openings
from appliance.recorder.recording.room import DiskRoom
from appliance.recorder.recording.writer import Report, SlowSync, Writer
from appliance.vault.format import Ticket
from appliance.vault.pool import PoolKey
from appliance.vault.seal import SealedFile, SealingKeys, leave_marker
from appliance.vault.timed_disk import TimedDisk

if TYPE_CHECKING:
    from appliance.exchange.driver import Exchange


ANSWER_SECONDS = 4.0


@dataclass(frozen=True, slots=True)
class BuiltLine:
    """Line that is ready to start, and its exchange if it is simulated."""

    thread: LineThread
    exchange: "Exchange | None"
    line: Line
    devices: Devices

    @property
    def in_call(self) -> bool:
        """Say whether a call is on it."""
        return self.thread.status.state not in BETWEEN_CALLS

    def do(self, act: Callable[[], None]) -> None:
        """Have something done in the line's thread, and wait until its rules are renewed after it.

        Raises:
            Refused: the line does not answer, or ``act`` raised it.
        """
        done: Future[None] = Future()

        def begin() -> None:
            try:
                act()
            except Exception as error:
                done.set_exception(error)

        def follow() -> None:
            if not done.done():
                done.set_result(None)

        self.thread.run_task(begin)
        self.thread.run_task(follow)
        try:
            done.result(ANSWER_SECONDS)
        except TimeoutError:
            raise Refused("line_silent") from None


def build(shared: SharedParts, line: Line) -> BuiltLine:
    """Put a line together on the devices that its configuration names.

    Raises:
        LineError: its drivers do not go together, what they are told is wrong, or a trial's data
            folder is to have a real line, or the other way round.
        PromptError: a prompt of the owner's cannot be used.
    """
    kind = kind_kept(shared.folders)
    if is_strange(line, kind):
        raise LineError(device_fault(f"{kind}_stays"))
    thread: LineThread | None = None

    def settled() -> None:
        if thread is not None:
            thread.settle()

    supplies = Supplies(
        clock=shared.clock,
        simulation=shared.simulation,
        settled=settled,
        shared=shared.of_drivers,
        voltage=KeptVoltage(shared.folders.voltages, line.name),
        country=shared.config.office.country,
        caller=open_caller,
    )
    devices = make_devices(line, supplies)
    try:
        thread = assemble(shared, line, devices)
    except BaseException:
        for part in (devices.hook, devices.audio, devices.prompt):
            part.close()
        raise
    return BuiltLine(thread, devices.exchange, line, devices)


def refit(shared: SharedParts, line: Line, built: BuiltLine) -> LineParts:
    """Return what a line needs to follow other settings on the devices that it has.

    Raises:
        PromptError: a prompt of the owner's cannot be used.
    """
    return _fit(shared, line, built.devices, built.thread.calibration.known)


def assemble(shared: SharedParts, line: Line, devices: Devices) -> LineThread:
    """Put a line together on these devices.

    Raises:
        LineError: what test calls have taught about the line cannot be read.
        PromptError: a prompt of the owner's cannot be used.
    """
    parts = _fit(shared, line, devices)
    thread = LineThread(parts, partial(_writer, shared, line), shared.clock, shared.tell)
    devices.ask_when_idle(lambda: State(thread.status.state) in BETWEEN_CALLS)
    return thread


def _fit(
    shared: SharedParts, line: Line, devices: Devices, known: KeptCalibration | None = None
) -> LineParts:
    """Give a line its rules, ears and judgement."""
    config, clock, simulation = shared.config, shared.clock, shared.simulation
    simulated, sides = devices.exchange is not None, devices.audio.sides
    spoken = {
        language_of(config, each): shared.library.prompts(config, each)
        for each in in_languages(config, line)
    }
    policy = compile_languages(
        config,
        line,
        spoken,
        grades=frozenset(),  # the ears tell before each call
        lateness_ms=devices.hook.lateness_ms,
        sees_flash=devices.hook.sees_flash,
    )
    known = known or KeptCalibration(shared.folders.calibration, line.name)
    tools = LineTools(
        prompts=spoken[policy.language],
        others=spoken,
        sink=devices.prompt,
        known=known,
        openings=Openings(
            config.office,
            sides,
            clock,
            read_boot_id(),
            devices.heard,
            lambda: shared.entry.place,
        ),
        notes=Notes(shared.folders.notes, clock),
        lateness_ms=devices.hook.lateness_ms,
    )
    dialling = DialObserver(
        config.office.country,
        config.office.outside_prefix,
        shared.exempt.listed,
        deaf_to_pulses=devices.deaf_to_pulses,
    )
    return LineParts(
        policy=policy,
        hook=devices.hook,
        audio=devices.audio,
        listen=lambda: LineDetectors(line.name, config.office.country, sides, known.learnt),
        tools=tools,
        dialling=dialling,
        exempt=shared.exempt,
        country=config.office.country,
        trial=simulated,
        speaks=devices.speaks,
        paced=not runs_at_speed(line, simulation),
        can_store=DiskRoom(shared.pool, shared.folders.new).can_store,
        too_soon=lambda: shared.day.against(line),
        speakers=lambda: shared.speakers.of(line.name),
        records_from=line.records_from,
        slow_sync_ms=lambda: shared.syncs.ms,
        observe=simulation.observe,
    )


def _writer(shared: SharedParts, line: Line, report: Callable[[Report], None]) -> Writer:
    """Make a line's writer, on the box's pool and folders."""
    folders, pool = shared.folders, shared.pool

    def took(seconds: float) -> None:
        if shared.syncs.took(seconds):
            report(SlowSync(seconds))

    disk = TimedDisk(shared.clock.monotonic, took)

    def create(key: PoolKey, ticket: Ticket, channels: int) -> SealedFile:
        keys = SealingKeys(pool.vault_id, pool.reading_key, shared.origin)
        return SealedFile.create(folders.new, keys, key, ticket, channels, disk=disk)

    return Writer(
        line.name,
        pool.take_key,
        create,
        lambda file: file.withdraw(folders.withdrawn),
        lambda rid: leave_marker(folders.withdrawn, rid, disk),
        report,
    )
