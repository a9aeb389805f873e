"""Build the lists of those who speak on lines, which the recorder is told of."""

from appliance.config.settings import Config
from appliance.keeper.box import Box
from appliance.keeper.chores import TICK, Chore, attempt
from appliance.keeper.handlers.staff.speakers import SpeakersDesk
from appliance.keeper.subject import Subject
from appliance.link.handlers import handlers_of


def build(box: Box) -> Subject:
    """Return the subject."""

    def follow(config: Config) -> None:
        attempt("speakers", lambda: box.opened().records.recordings.speakers.follow(config))

    def begun() -> None:
        follow(box.around.config)
        publish()

    publish = box.with_open(lambda now: now.records.recordings.speakers.publish())
    return Subject(
        handlers_of(SpeakersDesk(box)),
        chores=(Chore("speakers", TICK, publish),),
        follow=follow,
        begun=lambda: attempt("speakers", begun),
    )
