"""Build updates: from a stick, and from the network."""

from appliance.card.update.ask import CardUpdates
from appliance.keeper.box import Box, OpenBox
from appliance.keeper.chores import TAKE_UP, Chore
from appliance.keeper.handlers.update import UpdateDesk
from appliance.keeper.subject import Subject
from appliance.keeper.update.fetches import Fetches
from appliance.link.handlers import handlers_of


def build(box: Box) -> Subject:
    """Return the subject."""

    def fetched(now: OpenBox) -> Fetches:
        records = now.records
        return Fetches(now.audit, records.ledger, records.time, box.around.folders.update)

    desk = UpdateDesk(box, CardUpdates.of_this_machine(), box.while_open(fetched))
    return Subject(
        handlers_of(desk),
        chores=(Chore("update", TAKE_UP, desk.tidy),),
        findings=desk.examine,
        wants_courier=lambda: desk.wants_courier,
    )
