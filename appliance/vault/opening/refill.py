"""Refill the pool: the keyring holds each new key before the pool shows it."""

from collections.abc import Collection
from pathlib import Path

from appliance.errors import FileFormatError, PoolEmpty
from appliance.vault import pool
from appliance.vault.disk import Disk
from appliance.vault.opening.keyring import Keyring


def refill(
    keyring: Keyring, path: Path, recordings: Path, ahead: int, *, disk: Disk | None = None
) -> int:
    """Bring the pool up to ``ahead`` keys and return how many were made.

    Keys whose recording exists leave the pool. Unused keys in the keyring that a lost or damaged
    pool no longer shows return to it.
    """
    # Nothing may be erased in between: an erased key must not return to the pool.
    with keyring.still():
        content = keyring.content
        shown = _shown(path, content.vault_id, content.reading_key)
        keys = {
            rid: shown[rid] if rid in shown else keyring.public(rid)
            for rid in keyring.unused()
            if not (recordings / rid).exists()
        }
        wanted = ahead - len(keys)
        made = keyring.refill(wanted) if wanted > 0 else {}
        keys.update(made)
        if made or list(keys) != list(shown):
            fresh = pool.PoolContent(content.vault_id, content.reading_key, keys)
            pool.store(path, fresh, disk)
        return len(made)


def drop(path: Path, rids: Collection[str], *, disk: Disk | None = None) -> None:
    """Remove recordings from the pool, so that their names are never used again."""
    try:
        content = pool.load(path)
    except (PoolEmpty, FileFormatError):
        return  # No name can be taken from it; a refill rebuilds it from the keyring.
    left = {rid: key for rid, key in content.keys.items() if rid not in rids}
    if len(left) != len(content.keys):
        pool.store(path, pool.PoolContent(content.vault_id, content.reading_key, left), disk)


def _shown(path: Path, vault_id: bytes, reading_key: bytes) -> dict[str, bytes]:
    """Return this vault's pool; empty if it is missing, damaged or another vault's."""
    try:
        content = pool.load(path)
    except (PoolEmpty, FileFormatError):
        return {}
    same = (content.vault_id, content.reading_key) == (vault_id, reading_key)
    return dict(content.keys) if same else {}
