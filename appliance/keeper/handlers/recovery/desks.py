"""Put together what opens a backup with the recovery sheet, for the keeper."""

from appliance.card.sticks import Sticks
from appliance.config.kept import Seed
from appliance.keeper.box import Box
from appliance.keeper.handlers.first_run import FirstRuns
from appliance.keeper.handlers.recovery.drill import DrillDesk
from appliance.keeper.handlers.recovery.restore import RestoreDesk
from appliance.keeper.handlers.recovery.sticks import StickDesk


def recovery_desks(
    box: Box, first_runs: FirstRuns, seed: Seed
) -> tuple[DrillDesk, RestoreDesk, StickDesk]:
    """Return the desks for a drill, a restore, and media that are taken by their name."""
    sticks = Sticks()
    return DrillDesk(box), RestoreDesk(box, first_runs, seed, sticks), StickDesk(sticks)
