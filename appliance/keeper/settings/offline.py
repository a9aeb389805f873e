"""Open the settings of a box whose keeper does not run, for whoever owns its data folder.

The keeper's lock on the folder is taken first, so that nobody else changes anything meanwhile; a
keeper that starts then says that another one is at work. Audit, ledger and versions are the
keeper's own, with the same order of a change: the audit's entry, the file, its row, the rename.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from appliance.clock import Clock
from appliance.config.folders import Folders
from appliance.config.kept import Seed, config_to_open
from appliance.errors import ConfigError, VaultError
from appliance.keeper.chores import attempt
from appliance.keeper.first_run.create import (
    clear_unfinished,
    has_vault,
    make_eraser,
    make_reserve,
    make_settings_folder,
    open_audit,
)
from appliance.keeper.settings.book import SettingsBook
from appliance.keeper.storage.ledger import Ledger
from appliance.keeper.storage.owner import own
from appliance.keeper.storage.reserve import ReservedDisk
from appliance.keeper.time.believed_clock import BelievedClock
from appliance.keeper.time.chip import Boot
from appliance.model.sentences.faults import in_words, noted
from appliance.vault.layout import check_layout
from appliance.vault.opening.keyring import Keyring
from appliance.vault.timed_disk import SlowSyncs

ROOT = "root"
"""The actor of who may work on the data folder itself, and so needs no login."""


@contextmanager
def settings_without_keeper(
    folders: Folders, seed: Seed, clock: Clock, *, boot: Boot | None = None, seed_named: bool = True
) -> Iterator[SettingsBook]:
    """Own the data folder and open its settings; the audit is signed and all released at the end.

    Args:
        folders: of a box with a vault.
        seed: the configuration that the box's processes are started with.
        clock: this machine's.
        boot: this run of the machine; the kernel is asked if None.
        seed_named: somebody has named the seed; else it must be the one that the keeper knows.

    Raises:
        ZgodaError: a keeper is at work, there is no vault, or it does not open.
    """
    check_layout(folders)
    if not has_vault(folders) or folders.restoring.exists():
        raise VaultError(
            noted(
                "no_archive",
                f"There is no vault in {folders.data}, so nobody has changed a setting.",
                path=folders.data,
            )
        )
    lock = own(folders)
    try:
        make_settings_folder(folders)
        clear_unfinished(folders)
        reserve = make_reserve(folders)
        disk = ReservedDisk(reserve, SlowSyncs(clock.monotonic))
        eraser = make_eraser(folders, config_to_open(folders, seed), disk)
        keyring = Keyring.open(folders.keyring, eraser, disk=disk)
        ledger = Ledger(folders.ledger, keyring.content.ledger_key, disk)
        _refuse_another(ledger, seed, seed_named=seed_named)
        time = BelievedClock(clock, boot or Boot.of_this_machine())
        time.open(ledger)
        audit = open_audit(folders, keyring, time, reserve, disk)
        try:
            yield SettingsBook(folders, seed, keyring, ledger, audit, time, disk)
        finally:
            attempt("audit", audit.sign_head)
            attempt("anchor", keyring.keep_anchor)
    finally:
        os.close(lock)


def _refuse_another(ledger: Ledger, seed: Seed, *, seed_named: bool) -> None:
    """Refuse a seed that was only guessed, where the keeper knows another one."""
    known = ledger.seed()
    if not seed_named and known is not None and known.sha256 != seed.sha256:
        raise ConfigError(in_words("other_seed"))
