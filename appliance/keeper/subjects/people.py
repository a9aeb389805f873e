"""Build people: their logins, accounts and recovery sheet."""

from appliance.keeper.box import Box
from appliance.keeper.chores import TICK, Chore
from appliance.keeper.handlers.login import Logins
from appliance.keeper.handlers.me import Mine
from appliance.keeper.handlers.people import Staff
from appliance.keeper.handlers.sheet import Sheets
from appliance.keeper.subject import Subject
from appliance.link.handlers import handlers_of


def build(box: Box) -> Subject:
    """Return the subject."""
    logins = Logins(box)
    mine, sheets = Mine(box, logins), Sheets(box, logins)

    def expire() -> None:
        """End unfinished logins and unused sessions."""
        box.halves.expire()
        mine.expire()
        sheets.expire()
        box.sessions.expire()

    return Subject(
        handlers_of(logins, mine, Staff(box), sheets),
        chores=(Chore("sessions", TICK, expire), Chore("tally", TICK, box.tell_failures)),
        close=mine.close,
    )
