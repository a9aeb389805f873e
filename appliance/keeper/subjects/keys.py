"""Build the keys: those of the vault, and the pool of those for calls to come."""

from collections.abc import Iterator

from appliance.clock import HOUR
from appliance.keeper.box import Box
from appliance.keeper.chores import Chore
from appliance.keeper.doctor.keys import examine_keys
from appliance.keeper.doctor.vault import examine_vault
from appliance.keeper.subject import Subject
from appliance.model.findings import Finding


def build(box: Box) -> Subject:
    """Return the subject."""

    def findings() -> Iterator[Finding]:
        now, around = box.opened(), box.around
        confirmed = now.keyring.content.sheet_confirmed
        yield from examine_vault(around.config, around.folders, confirmed, now.keyring.level)
        yield from examine_keys(now.records.keys_seen)

    def renew() -> None:
        """Fill the pool, and erase unused keys that it has not shown since the last time."""
        box.pool.fill()
        if box.now is not None:
            box.now.records.discard_old_keys()

    return Subject(chores=(Chore("pool", HOUR, renew),), findings=findings)
