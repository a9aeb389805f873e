"""Examine how the box's processes keep their memory, by what each has written down."""

from collections.abc import Collection, Iterator

from appliance.config.folders import Folders
from appliance.memory import UNWIPED, told
from appliance.model.findings import Finding, find


def examine_memory(folders: Folders, running: Collection[str]) -> Iterator[Finding]:
    """Yield a finding for each process and for each measure that it lacks; then what none helps.

    Args:
        folders: say where each process writes it down.
        running: the processes that answer; what another has written is out of date.
    """
    places = {
        "recorder": folders.recorder_run,
        "keeper": folders.keeper_run,
        "panel": folders.panel_run,
        "courier": folders.courier_run,
    }
    for process, folder in places.items():
        if process in running:
            lacks = told(folder)
            if lacks is None:
                yield find("memory.untold", process=process)
            elif not lacks:
                yield find("memory.kept", process=process)
            elif (process, lacks) == ("recorder", (UNWIPED,)):
                # Meant so: overwriting would cost it a part of its hearing speed.
                yield find("memory.held", process=process)
            else:
                yield from (find(f"memory.{lack}", process=process) for lack in lacks)
    if running:
        yield find("memory.root")
