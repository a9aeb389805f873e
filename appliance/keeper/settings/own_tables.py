"""Give restored settings the tables of this machine, as its root has written them.

The keyring's root lies where this box's configuration says, and its panel is reached as that says:
with the old box's tables in force, the next start would open nothing, or answer nobody.
"""

from contextlib import suppress

from appliance import toml
from appliance.clock import Clock
from appliance.config import read
from appliance.config.declare import Who, asked
from appliance.config.folders import Folders
from appliance.config.kept import SEED, Seed, digest
from appliance.config.settings import TABLES
from appliance.errors import ConfigError
from appliance.keeper.audit.log import KEEPER, AuditLog
from appliance.keeper.settings.book import CHANGED
from appliance.keeper.settings.draft import rewritten
from appliance.keeper.settings.versions import VersionStore
from appliance.keeper.storage.ledger import Ledger
from appliance.keeper.storage.settings_rows import SeedRow, VersionRow

ALWAYS = "vault"
"""This box's own, even where it says nothing of it."""

IF_SAID = (
    *(
        name
        for name, (section, _) in TABLES.items()
        if name != ALWAYS and any(each.who is Who.FILE for each in asked(section))
    ),
    "panel",
)
"""This box's own where its configuration has them; else they stay as they were."""


def take_own_tables(
    folders: Folders, seed: Seed, clock: Clock, ledger: Ledger, audit: AuditLog
) -> None:
    """Make a version of restored settings with this box's own tables, on the record first.

    Raises:
        ZgodaError: it could not be written.
    """
    store = VersionStore(folders, seed, ledger)
    with suppress(ConfigError):  # damaged settings: the keeper tells of them, and goes by the seed
        now, own = store.find(), toml.loads(seed.text)
        if now.version == SEED:
            return
        was = toml.loads(now.text)
        values = {key: value for key, value in was.items() if key != ALWAYS}
        values |= {key: own[key] for key in (ALWAYS, *IF_SAID) if key in own}
        office, days = read.DAYS_ASKED
        if seed.config().backup.by_hand and not values[office].get(days):
            values[office] = {**values[office], days: own[office][days]}  # goes with that table
        keys = (ALWAYS, *IF_SAID, office)
        changed = tuple(key for key in keys if was.get(key) != values.get(key))
        if changed:
            text = rewritten(now.text, values)
            read.parse(text, "settings")
            row = VersionRow(
                number=store.next_version(now.version),
                at=clock.now(),
                sections=changed,
                sha256=digest(text),
            )
            audit.append(CHANGED, KEEPER, detail=f"v{row.number}")
            store.keep(text, row)
        ledger.see_seed(SeedRow(sha256=seed.sha256, settled=seed.sha256))
