"""Examine the vault from outside: keyring, pool, eraser, recovery sheet."""

from collections.abc import Collection, Iterator

from appliance.config.folders import Folders
from appliance.config.settings import Config
from appliance.errors import PoolEmpty, ZgodaError
from appliance.keeper.doctor.eraser import examine_eraser
from appliance.model.findings import Finding, find
from appliance.vault.ahead import is_ready
from appliance.vault.lease import has_leases
from appliance.vault.opening.eraser import Level
from appliance.vault.pool import load

FEW_KEYS = 50

MOST_TOLD = 10
"""Files that are told by name."""


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


def examine_arrivals(
    folders: Folders, held: Collection[str], problems: Collection[str]
) -> Iterator[Finding]:
    """Yield what hinders take-up.

    Args:
        folders: the data folder.
        held: recordings that a process holds open.
        problems: files that are not taken up.
    """
    try:
        if not has_leases(folders.layout):
            yield find("vault.no_leases", path=folders.data)
    except OSError:
        yield find("vault.unknown", path=folders.layout)
    if held:
        yield find("vault.held", count=len(held))
    for name in sorted(problems)[:MOST_TOLD]:
        yield find("vault.not_taken", name=repr(name)[1:-1], path=folders.new)


def _keys(folders: Folders) -> Finding:
    try:
        keys = load(folders.pool).keys
        ready = sum(is_ready(folders.new / rid) for rid in keys)
    except PoolEmpty:
        return find("vault.no_keys")
    except PermissionError:
        return find("vault.unknown", path=folders.pool)
    except (ZgodaError, OSError):
        return find("vault.bad_pool")
    if ready == 0:
        return find("vault.no_keys")
    return find("vault.few_keys" if ready < FEW_KEYS else "vault.keys", count=ready)
