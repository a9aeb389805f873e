"""Try what a thief can do with copies of the disk: open every shard of each with every key."""

from collections.abc import Collection, Iterator
from pathlib import Path

import pytest
from msgspec import structs

from appliance.errors import FileFormatError, KeyLost
from appliance.model.records import RecordingEnd
from appliance.vault.format import KEY_BYTES, RID_BYTES
from appliance.vault.opening.content import open_keyring
from appliance.vault.opening.eraser import Eraser
from appliance.vault.opening.refill import drop, refill
from appliance.vault.opening.shard import ENTRY_BYTES, Birth, ShardKey, open_shard, read_head
from appliance.vault.opening.shards import Shards
from appliance.vault.opening.unseal import Reader, open_ticket, read_header
from appliance.vault.seal import SealedFile
from tests.vault.opening.power import image
from tests.vaults import Vault

Image = dict[str, bytes]
WITHOUT = Shards.without


def opened_by_the_thief(images: list[Image], eraser: Eraser) -> dict[str, bytes]:
    """Return every private key that any shard of any image gives up to any key of any keyring."""
    keys: set[bytes] = set()
    files: set[bytes] = set()
    for one in images:
        for name, raw in one.items():
            if name.startswith("keyring."):
                try:
                    content = open_keyring(raw, eraser)[2]
                except (FileFormatError, KeyLost):
                    continue
                keys.update(key.key for key in content.shards.values())
            elif name.startswith("keys/"):
                files.add(raw)
    return dict(found for raw in files for key in keys for found in private_keys(raw, key))


def private_keys(raw: bytes, key: bytes) -> Iterator[tuple[str, bytes]]:
    """Return the private keys that a shard gives up to a key: none if it is not its own."""
    try:
        head = read_head(raw)
        shard = open_shard(key, head.sid, head.generation, raw)
    except FileFormatError:
        return
    for at in range(0, len(shard.plain), ENTRY_BYTES):
        rid, private = at + RID_BYTES, at + RID_BYTES + KEY_BYTES
        yield bytes(shard.plain[at:rid]).hex(), bytes(shard.plain[rid:private])


def under_its_old_key(
    shards: Shards, sid: bytes, rows: Collection[int], keys: dict[bytes, ShardKey]
) -> list[Birth]:
    """Rewrite a shard as it must not be: under the key that it had."""
    old = keys[sid].key
    made = WITHOUT(shards, sid, rows, keys)
    if made:
        keys[sid] = structs.replace(keys[sid], key=old)
    return [(head, old, plain) for head, _, plain in made]


def erase_during_a_call(vault: Vault, rids: list[str], running: SealedFile) -> list[Image]:
    """Erase one after the other, so that a shard is rewritten twice; copy the disk after each act.

    The call runs meanwhile, and ends afterwards.
    """
    data, images = vault.folders.data, []
    for rid in rids:
        drop(vault.keyring, vault.folders, [rid])
        vault.keyring.erase([rid])
        images.append(image(data))
        vault.eraser.wipe_others(vault.keyring.generation)
        vault.keyring.clean()
        vault.path(rid).unlink()
        refill(vault.keyring, vault.folders, 6)
        images.append(image(data))
    running.audio(0, bytes(4000))
    running.end(RecordingEnd(samples=4000, reason="hung_up"))
    images.append(image(data))
    return images


def nothing_opens(
    vault: Vault, rids: list[str], images: list[Image], found: dict[str, bytes], stolen: Path
) -> None:
    """Try every key that was found on the longest copy of each erased recording."""
    for rid in rids:
        places = (f"new/{rid}", f"rec/{rid}")
        stolen.write_bytes(max((one[at] for one in images for at in places if at in one), key=len))
        for key in found.values():
            with pytest.raises(FileFormatError, match="does not open"):
                open_ticket(read_header(stolen), key)
            with pytest.raises(FileFormatError, match="does not open"):
                Reader.open(stolen, vault.reading, key)
