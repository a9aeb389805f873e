"""Build the first run, and what takes its place: a backup that is restored."""

from functools import partial

from appliance.card.board.ask import Board
from appliance.card.sticks import Sticks
from appliance.config.kept import Seed
from appliance.keeper.backup.restoring import RestoreJob
from appliance.keeper.box import Box
from appliance.keeper.handlers.first_run import FirstRuns
from appliance.keeper.handlers.login import Logins
from appliance.keeper.handlers.recovery.drill import DrillDesk
from appliance.keeper.handlers.recovery.restore import RestoreDesk
from appliance.keeper.settings.own_tables import take_own_tables
from appliance.keeper.subject import Subject
from appliance.link.handlers import handlers_of


def build(box: Box, seed: Seed) -> Subject:
    """Return the subject.

    Args:
        box: not set up, perhaps.
        seed: the settings that a restored box begins with.
    """
    around = box.around
    settle = partial(take_own_tables, around.folders, seed, around.clock)
    restoring = RestoreJob(around.folders, around.clock, settle)
    first_runs = FirstRuns(box, Logins(box), Board.of_this_machine(), lambda: restoring.taken)
    restore = RestoreDesk(box, first_runs, restoring, Sticks())
    return Subject(
        handlers_of(first_runs, DrillDesk(box), restore),
        started=first_runs.offer_first_run,
    )
