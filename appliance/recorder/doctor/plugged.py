"""Name the line that can be made of what is plugged in, where the box has no real one yet."""

from collections.abc import Iterator

from appliance.clock import Clock
from appliance.config.settings import Config
from appliance.lines.device import Finds
from appliance.model.findings import Finding, find
from appliance.recorder.doctor.proposals import lacks, propose
from appliance.recorder.doctor.search import Search
from appliance.recorder.doctor.tools import DoctorTools, RecorderState

_MOST_NAMED = 4


def examine_plugged(
    config: Config, clock: Clock, running: RecorderState | None, tools: DoctorTools
) -> Iterator[Finding]:
    """Propose the best line, or say what it needs; nothing where a line has devices.

    A recorder that runs tells what it has learnt. Where none runs, those ports are asked that say
    themselves that they are what a line needs; a cable is not, for nobody wants it.
    """
    if any(not line.simulated for line in config.lines):
        return
    finds = _asked(config, clock, tools) if running is None else running.finds
    if finds is None:
        return
    proposals = propose(finds)
    if proposals:
        yield proposals[0].why
    yield from lacks(finds)
    if finds.unasked:
        named = ", ".join(finds.unasked[:_MOST_NAMED])
        more = " …" if len(finds.unasked) > _MOST_NAMED else ""
        yield find("lines.unasked", ports=named + more)


def _asked(config: Config, clock: Clock, tools: DoctorTools) -> Finds:
    search = Search(tools, clock, lambda: config.lines)
    search.ask([each.port.device for each in search.ports() if each.recognised])
    return search.finds()
