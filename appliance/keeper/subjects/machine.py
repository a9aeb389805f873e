"""Build the machine as the keeper sees it: the panel beside it, its disk and its load."""

from collections.abc import Iterator

from appliance.keeper.box import Box
from appliance.keeper.chores import TAKE_UP, Chore
from appliance.keeper.doctor.box import examine_box
from appliance.keeper.doctor.machine import Machine
from appliance.keeper.doctor.panel import examine_panel
from appliance.keeper.subject import Subject
from appliance.model.findings import Finding, find


def build(box: Box, machine: Machine | None = None) -> Subject:
    """Return the subject.

    Args:
        box: on the machine.
        machine: another one than this.
    """
    seen = machine or Machine()

    def findings() -> Iterator[Finding]:
        around = box.around
        yield from examine_panel(around.config.panel, around.clock, around.folders.panel_run)
        yield from examine_box(seen, around.folders.data, around.clock)
        if box.syncs.ms:
            yield find("disk.kept_slowly", ms=box.syncs.ms)

    keep = box.with_open(lambda now: box.reserve.keep())
    return Subject(chores=(Chore("reserve", TAKE_UP, keep),), findings=findings)
