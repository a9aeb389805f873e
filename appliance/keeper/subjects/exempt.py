"""Build the numbers that are never recorded."""

from appliance.config.settings import Config
from appliance.keeper.box import Box, OpenBox
from appliance.keeper.chores import TAKE_UP, Chore
from appliance.keeper.handlers.exempt import ExemptNumbers
from appliance.keeper.handlers.lines import RecorderLink
from appliance.keeper.subject import Subject
from appliance.link.handlers import handlers_while
from appliance.link.requests.processes.news import LendList


def loan(now: OpenBox) -> LendList:
    """Return the list of numbers never recorded, with its key."""
    content = now.keyring.content
    return LendList(key=content.list_key, tags=content.exempt)


def build(box: Box, recorder: RecorderLink) -> Subject:
    """Return the subject; the recorder is lent the list."""

    def listed(now: OpenBox) -> ExemptNumbers:
        return ExemptNumbers(
            now.keyring,
            box.around.folders,
            box.around.config.office.country,
            now.records.renew,
            lambda: recorder.lend(lambda: loan(now)),
            box.disk(),
            now.records.recordings.exempt,
        )

    numbers = box.while_open(listed)

    def follow(config: Config) -> None:
        numbers().follow(config.office.country)

    lend = box.with_open(lambda now: numbers().lend_if_owed())
    return Subject(
        handlers_while(ExemptNumbers, numbers),
        chores=(Chore("exempt", TAKE_UP, lend),),
        follow=follow,
    )
