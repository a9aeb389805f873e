"""Put together what opens a backup with the recovery sheet, for the keeper."""

from functools import partial

from appliance.card.sticks import Sticks
from appliance.config.kept import Seed
from appliance.keeper.backup.restoring import Restoring
from appliance.keeper.box import Box
from appliance.keeper.handlers.first_run import FirstRuns
from appliance.keeper.handlers.recovery.drill import DrillDesk
from appliance.keeper.handlers.recovery.restore import RestoreDesk
from appliance.keeper.handlers.recovery.sticks import StickDesk
from appliance.keeper.settings.own_tables import take_own_tables
from appliance.keeper.surroundings import Surroundings


def restoring_of(around: Surroundings, seed: Seed) -> Restoring:
    """Return what restores a backup, and makes its settings this box's own."""
    settle = partial(take_own_tables, around.folders, seed, around.clock)
    return Restoring(around.folders, around.clock, settle)


def recovery_desks(
    box: Box, first_runs: FirstRuns, restoring: Restoring
) -> tuple[DrillDesk, RestoreDesk, StickDesk]:
    """Return the desks for a drill, a restore, and media that are taken by their name."""
    sticks = Sticks()
    return DrillDesk(box), RestoreDesk(box, first_runs, restoring, sticks), StickDesk(sticks)
