"""Refill the pool: the keyring holds each new key before the pool shows it."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

from appliance.errors import FileFormatError, PoolEmpty
from appliance.vault import pool
from appliance.vault.disk import Disk
from appliance.vault.opening.keyring import Keyring
from appliance.vault.opening.shard import SHARD_KEYS


def batch(ahead: int) -> int:
    """Return how many keys are made at once: a whole shard, or a quarter of a small pool."""
    return min(SHARD_KEYS, max(ahead // 4, 1))


def refill(
    keyring: Keyring, path: Path, recordings: Path, ahead: int, *, disk: Disk | None = None
) -> int:
    """Bring the pool up to ``ahead`` keys once a batch is missing; return how many were made.

    Keys whose recording exists leave the pool, and so do those born at a lower level than today's.
    Unused keys in the keyring that a lost or damaged pool no longer shows return to it.
    """
    # Nothing may be erased in between: an erased key must not return to the pool.
    with keyring.still():
        shown = _shown(path, keyring)
        known = shown.keys if shown is not None else {}
        keys = {
            rid: known[rid] if rid in known else keyring.public(rid)
            for rid in keyring.offered()
            if not (recordings / rid).exists()
        }
        wanted = ahead - len(keys)
        made = keyring.refill(wanted) if wanted >= batch(ahead) else {}
        keys.update(made)
        fresh = _content(keyring, keys)
        if fresh != shown or list(keys) != list(known):
            pool.store(path, fresh, keyring.sign, disk)
        return len(made)


def drop(keyring: Keyring, path: Path, rids: Collection[str], *, disk: Disk | None = None) -> None:
    """Remove recordings from the pool, so that their names are never used again."""
    shown = _shown(path, keyring)
    if shown is None:
        return  # No name can be taken from it; a refill rebuilds it from the keyring.
    left = {rid: key for rid, key in shown.keys.items() if rid not in rids}
    if len(left) != len(shown.keys):
        pool.store(path, replace(shown, keys=left), keyring.sign, disk)


def empty(keyring: Keyring, path: Path, *, disk: Disk | None = None) -> None:
    """Leave no name in the pool: the keys of all are about to be erased."""
    shown = _shown(path, keyring)
    if shown is not None and shown.keys:
        pool.store(path, replace(shown, keys={}), keyring.sign, disk)


def announce(keyring: Keyring, path: Path, exempt: int, *, disk: Disk | None = None) -> None:
    """Let the pool say how many numbers are never recorded."""
    shown = _shown(path, keyring)
    if shown is not None and shown.exempt != exempt:
        pool.store(path, replace(shown, exempt=exempt), keyring.sign, disk)


def _content(keyring: Keyring, keys: Mapping[str, bytes]) -> pool.PoolContent:
    content = keyring.content
    return pool.PoolContent(
        *(content.vault_id, content.reading_key, keyring.box_key, keys, len(content.exempt))
    )


def _shown(path: Path, keyring: Keyring) -> pool.PoolContent | None:
    """Return this vault's pool; None if it is missing, damaged or another vault's."""
    try:
        content = pool.load(path)
    except (PoolEmpty, FileFormatError):
        return None
    ours = (keyring.content.vault_id, keyring.content.reading_key, keyring.box_key)
    return content if (content.vault_id, content.reading_key, content.box_key) == ours else None
