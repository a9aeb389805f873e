"""Build the time: what is believed, and who confirms it."""

from collections.abc import Iterator

from appliance.keeper.box import Box
from appliance.keeper.chores import MINUTE, Chore
from appliance.keeper.doctor.time import examine_time
from appliance.keeper.handlers.time import Times
from appliance.keeper.subject import Subject
from appliance.link.handlers import handlers_of
from appliance.model.findings import Finding


def build(box: Box) -> Subject:
    """Return the subject."""

    def findings() -> Iterator[Finding]:
        records = box.opened().records
        waits = records.recordings.retention.waiting is not None
        return examine_time(records.time, waits)

    look = box.with_open(lambda now: now.records.look_at_the_time())
    return Subject(
        handlers_of(Times(box)), chores=(Chore("time", MINUTE, look),), findings=findings
    )
