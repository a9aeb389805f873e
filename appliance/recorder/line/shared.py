"""Make what all lines of the box share, once for all of them."""

from collections.abc import Callable
from dataclasses import dataclass

from appliance.clock import Clock
from appliance.config.folders import Folders
from appliance.config.settings import Config
from appliance.prompts.library import Library
from appliance.recorder.line.devices import Share, Simulation, shared_by_lines
from appliance.recorder.line.inbox import Told
from appliance.recorder.line.speakers import KnownSpeakers
from appliance.recorder.line.stated_day import StatedDay
from appliance.recorder.line.told_entry import ToldEntry
from appliance.recorder.line.told_speakers import ToldSpeakers
from appliance.recorder.numbers.exempt import ExemptList
from appliance.vault.origin import OriginKey
from appliance.vault.pool import Pool
from appliance.vault.timed_disk import SlowSyncs


@dataclass(frozen=True, slots=True)
class SharedParts:
    """Parts that all lines of the box share."""

    config: Config
    folders: Folders
    clock: Clock
    pool: Pool
    origin: OriginKey
    exempt: ExemptList
    day: StatedDay
    speakers: KnownSpeakers
    told_speakers: ToldSpeakers
    entry: ToldEntry
    library: Library
    syncs: SlowSyncs
    tell: Callable[[Told], None]
    simulation: Simulation
    of_drivers: Share
    """Returns what lines share of a driver: the owner of the sound cards, the line monitors."""


def share(
    config: Config,
    folders: Folders,
    clock: Clock,
    simulation: Simulation,
    tell: Callable[[Told], None],
) -> SharedParts:
    """Make it.

    Args:
        config: the owner's settings.
        folders: the data folder, whose places exist.
        clock: the time.
        simulation: how simulated lines behave.
        tell: hears what lines tell, from their threads; must only enqueue.
    """
    pool = Pool(folders.pool, folders.new, folders.box_key)
    day, told_speakers = StatedDay(folders.day), ToldSpeakers(folders.told_speakers)
    return SharedParts(
        config=config,
        folders=folders,
        clock=clock,
        pool=pool,
        origin=OriginKey.of_this_boot(folders.origin_key),
        exempt=ExemptList(pool, config.office.country),
        day=day,
        speakers=KnownSpeakers(folders.speakers, day.has_come, told_speakers.holds),
        told_speakers=told_speakers,
        entry=ToldEntry(),
        library=library_for(config, folders),
        syncs=SlowSyncs(clock.monotonic),
        tell=tell,
        simulation=simulation,
        of_drivers=shared_by_lines(clock),
    )


def library_for(config: Config, folders: Folders) -> Library:
    """Return the prompts that lines have under these settings."""
    return Library(config.vault.prompts or None, folders.prompts)
