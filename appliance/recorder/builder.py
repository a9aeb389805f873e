"""One line, put together from the configuration: drivers, ears, prompts, rules."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from appliance.clock import Clock, read_boot_id
from appliance.config.folders import Folders
from appliance.config.settings import Config, Line
from appliance.errors import LineError
from appliance.lines.exchange import Exchange
from appliance.lines.voices import Voices
from appliance.model.audio import Sound
from appliance.prompts.library import Library
from appliance.prompts.speech import voices
from appliance.recorder.dialling import Dialling
from appliance.recorder.exempt import ExemptList
from appliance.recorder.fittings import Fittings
from appliance.recorder.hands import Tools
from appliance.recorder.hearing import Hearing
from appliance.recorder.inbox import Observer, Told
from appliance.recorder.line import LineThread
from appliance.recorder.notes import Notes
from appliance.recorder.opening import Openings
from appliance.recorder.policy import compile_policy
from appliance.recorder.room import Room
from appliance.recorder.writer import Report, Writer
from appliance.vault.seal import Pool, PoolKey, SealedFile, Ticket, leave_marker

GRADES: dict[str, frozenset[str]] = {
    "both": frozenset(),  # one mixed signal: nothing is known of a key's side without test calls
    "far": frozenset({"A"}),
    "voltage": frozenset({"A"}),
}
"""First side of an audio source -> grades that may record consent purposes (P3)."""


@dataclass(frozen=True, slots=True)
class Built:
    """A line that can be started, and its exchange where it is simulated."""

    thread: LineThread
    exchange: Exchange | None


@dataclass(frozen=True, slots=True, eq=False)
class Simulation:
    """How simulated lines behave, and who may watch."""

    at_speed: bool = False  # as fast as the processor goes
    seed: int | None = None  # everything random follows from it; None: another every time
    far_voice: Sound | None = None  # the callers' voice, in place of the shipped one
    observe: Observer | None = None
    own_time: bool = True
    """At speed half an hour passes in seconds: an emergency is over with the process. False: it
    counts by the box's clock, as on a real line."""


REAL_TIME = Simulation()


@dataclass(frozen=True, slots=True)
class Shared:
    """What all lines of the box use."""

    config: Config
    folders: Folders
    clock: Clock
    pool: Pool
    exempt: ExemptList
    tell: Callable[[Told], None]
    simulation: Simulation


def build(shared: Shared, line: Line) -> Built:
    """Put a line together.

    Raises:
        LineError: its driver is unknown, or its device cannot be opened.
        PromptError: a prompt of the owner's cannot be used.
    """
    drivers = {line.hook.driver, line.audio.driver, line.prompt.driver}
    if drivers != {"exchange"}:
        raise LineError(
            f"Line {line.name}: this version drives hook, audio and prompt of a line only by "
            f'driver = "exchange", not by {", ".join(sorted(drivers))}.'
        )
    thread: LineThread | None = None

    def settled() -> None:
        if thread is not None:
            thread.settle()

    simulation = shared.simulation
    far, near = voices()
    exchange = Exchange(
        line.name,
        secrets.randbits(32) if simulation.seed is None else simulation.seed,
        Voices(far if simulation.far_voice is None else simulation.far_voice, near),
        settled=settled if simulation.at_speed else None,
        clock=None if simulation.at_speed else shared.clock,
    )
    fittings = _fit(shared, line, exchange)
    thread = LineThread(fittings, partial(_writer, shared, line), shared.clock, shared.tell)
    return Built(thread, exchange)


def _fit(shared: Shared, line: Line, driver: Exchange) -> Fittings:
    """Give a line its rules, ears and judgement."""
    config, clock = shared.config, shared.clock
    prompts = Library(config.vault.prompts or None).prompts(config, line)
    policy = compile_policy(
        config,
        line,
        prompts,
        grades=GRADES[driver.sides[0]],
        lateness_ms=driver.lateness_ms,
        sees_flash=driver.sees_flash,
    )
    tools = Tools(
        prompts=prompts,
        sink=driver,
        hearing=Hearing(line.name, config.office.country, driver.sides),
        openings=Openings(config.office, driver.sides, clock, read_boot_id()),
        notes=Notes(shared.folders.notes, clock),
        lateness_ms=driver.lateness_ms,
    )
    dialling = Dialling(config.office.country, config.office.outside_prefix, shared.exempt.listed)
    return Fittings(
        policy=policy,
        hook=driver,
        audio=driver,
        tools=tools,
        dialling=dialling,
        exempt=shared.exempt,
        trial=True,
        paced=not shared.simulation.at_speed,
        can_store=Room(shared.pool, shared.folders.recordings).can_store,
        observe=shared.simulation.observe,
    )


def _writer(shared: Shared, line: Line, report: Callable[[Report], None]) -> Writer:
    """Make a line's writer, on the box's pool and folders."""
    folders, pool = shared.folders, shared.pool

    def create(key: PoolKey, ticket: Ticket, channels: int) -> SealedFile:
        return SealedFile.create(
            folders.recordings, pool.vault_id, pool.reading_key, key, ticket, channels
        )

    return Writer(
        line.name,
        pool.take,
        create,
        lambda file: file.withdraw(folders.withdrawn),
        partial(leave_marker, folders.withdrawn),
        report,
    )
