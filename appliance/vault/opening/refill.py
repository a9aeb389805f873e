"""Refill the pool: a key is in the keyring and has its file before the pool shows it."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from appliance.config.folders import Folders
from appliance.errors import FileFormatError, PoolEmpty
from appliance.vault import ahead as made_ahead
from appliance.vault import pool
from appliance.vault.disk import Disk, writing
from appliance.vault.opening.keyring import Keyring
from appliance.vault.opening.shard import SHARD_KEYS


def batch(ahead: int) -> int:
    """Return how many keys are made at once: a whole shard, or a quarter of a small pool."""
    return min(SHARD_KEYS, max(ahead // 4, 1))


def refill(keyring: Keyring, folders: Folders, ahead: int, *, disk: Disk | None = None) -> int:
    """Bring the pool up to ``ahead`` keys once a batch is missing; return how many were made.

    Keys whose recording has begun leave the pool, and so do those born at a lower level than
    today's. Unused keys in the keyring that a lost or damaged pool no longer shows return to it.
    Files made ahead for keys that the pool does not show any more are removed while empty.

    Raises:
        VaultError: keys or their files could not be made, and the pool shows what it showed; or
            files that it does not show could not be removed.
    """
    disk = disk or Disk()
    # Nothing may be erased in between: an erased key must not return to the pool.
    with keyring.still():
        shown = _shown(folders, keyring)
        known = shown.keys if shown is not None else {}
        there = made_ahead.files(folders.new)
        unused = [
            rid
            for rid in keyring.offered()
            if (made_ahead.is_empty(there[rid]) if rid in there else not _taken_up(folders, rid))
        ]
        keys = {rid: known[rid] if rid in known else keyring.public(rid) for rid in unused}
        wanted = ahead - len(keys)
        made = keyring.refill(wanted) if wanted >= batch(ahead) else {}
        keys.update(made)
        with writing("A file for recordings to come"):
            mended = made_ahead.make(folders.new, keys, disk, there)
        fresh = _content(keyring, keys)
        if fresh != shown or list(keys) != list(known) or mended & known.keys():
            _store(folders, fresh, keyring, disk)
        left = {name for name in there if name not in keys and made_ahead.is_name(name)}
        with writing("The folder of files for recordings to come"):
            made_ahead.remove_empty(folders.new, left, disk)
        return len(made)


def drop(
    keyring: Keyring, folders: Folders, rids: Collection[str], *, disk: Disk | None = None
) -> None:
    """Remove recordings from the pool, so that their names are never used again.

    Raises:
        VaultError: the pool could not be written.
    """
    shown = _shown(folders, keyring)
    if shown is None:
        return  # No name can be taken from it; a refill rebuilds it from the keyring.
    left = {rid: key for rid, key in shown.keys.items() if rid not in rids}
    if len(left) != len(shown.keys):
        _store(folders, replace(shown, keys=left), keyring, disk)


def empty(keyring: Keyring, folders: Folders, *, disk: Disk | None = None) -> None:
    """Leave no name in the pool: the keys of all are about to be erased; raises VaultError."""
    shown = _shown(folders, keyring)
    if shown is not None and shown.keys:
        _store(folders, replace(shown, keys={}), keyring, disk)


def announce(keyring: Keyring, folders: Folders, exempt: int, *, disk: Disk | None = None) -> None:
    """Let the pool say how many numbers are never recorded; raises VaultError."""
    shown = _shown(folders, keyring)
    if shown is not None and shown.exempt != exempt:
        _store(folders, replace(shown, exempt=exempt), keyring, disk)


def _store(
    folders: Folders, content: pool.PoolContent, keyring: Keyring, disk: Disk | None
) -> None:
    """Replace the pool; the group that writes to the files made ahead may read it."""
    with writing("The pool"):
        pool.store(folders.pool, content, keyring.sign, disk, folders.new.stat().st_gid)


def _taken_up(folders: Folders, rid: str) -> bool:
    """Say whether a recording was moved away; ask after looking where it would come from."""
    return (folders.recordings / rid).exists()


def _content(keyring: Keyring, keys: Mapping[str, bytes]) -> pool.PoolContent:
    content = keyring.content
    return pool.PoolContent(
        *(content.vault_id, content.reading_key, keyring.box_key, keys, len(content.exempt))
    )


def _shown(folders: Folders, keyring: Keyring) -> pool.PoolContent | None:
    """Return this vault's pool; None if it is missing, damaged or another vault's."""
    try:
        content = pool.load(folders.pool)
    except (PoolEmpty, FileFormatError):
        return None
    ours = (keyring.content.vault_id, keyring.content.reading_key, keyring.box_key)
    return content if (content.vault_id, content.reading_key, content.box_key) == ours else None
