"""Build the erasure of everything, and of what is due."""

from appliance.clock import HOUR
from appliance.keeper.box import Box
from appliance.keeper.chores import Chore
from appliance.keeper.handlers.erase_all import EraseAllDesk
from appliance.keeper.subject import Subject
from appliance.link.handlers import handlers_of


def build(box: Box) -> Subject:
    """Return the subject."""
    return Subject(
        handlers_of(EraseAllDesk(box)),
        chores=(
            Chore("retention", HOUR, box.with_open(lambda now: now.records.sweep())),
            Chore("root", HOUR, box.with_open(lambda now: now.records.renew_root())),
        ),
    )
