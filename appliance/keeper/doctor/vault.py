"""Examine the vault from outside: keyring, pool, eraser, recovery sheet."""

from collections.abc import Iterator

from appliance.config.folders import Folders
from appliance.config.settings import Config
from appliance.errors import PoolEmpty, ZgodaError
from appliance.keeper.doctor.eraser import examine_eraser
from appliance.model.findings import Finding, find
from appliance.vault.opening.eraser import Level
from appliance.vault.pool import load

FEW_KEYS = 50


def examine_vault(
    config: Config, folders: Folders, sheet_confirmed: bool | None, level: Level | None = None
) -> Iterator[Finding]:
    """Yield the findings that do not need an open vault.

    Args:
        config: the owner's settings.
        folders: the data folder.
        sheet_confirmed: whether the recovery sheet was typed back; None if unknown.
        level: of the root in use; None if unknown.
    """
    yield from examine_eraser(config.vault, level)
    try:
        there = [copy.exists() for copy in folders.keyring]
    except OSError:
        yield find("vault.unknown", path=folders.data)
        return
    if not any(there):
        yield find("vault.none")
        return
    yield find("vault.copies" if all(there) else "vault.one_copy")
    if sheet_confirmed is not None:
        yield find("vault.sheet" if sheet_confirmed else "vault.no_sheet")
    if sheet_confirmed is not False:  # before that there are no keys
        yield _keys(folders)


def _keys(folders: Folders) -> Finding:
    try:
        keys = load(folders.pool).keys
        ready = sum(not (folders.recordings / rid).exists() for rid in keys)
    except PoolEmpty:
        return find("vault.no_keys")
    except PermissionError:
        return find("vault.unknown", path=folders.pool)
    except (ZgodaError, OSError):
        return find("vault.bad_pool")
    if ready == 0:
        return find("vault.no_keys")
    return find("vault.few_keys" if ready < FEW_KEYS else "vault.keys", count=ready)
