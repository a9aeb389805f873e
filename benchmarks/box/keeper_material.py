"""Make a vault with the calls of an office of ten over years, sealed as real ones."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

import numpy as np
from msgspec import structs

from appliance.clock import DAY, SystemClock
from appliance.config.folders import Folders
from appliance.config.read import trial
from appliance.keeper.catalogue.catalogue import Catalogue
from appliance.keeper.first_run.create import create_vault, make_eraser
from appliance.keeper.reading.reading import Reading
from appliance.keeper.unlocked.listing import SECOND_KEY_LABEL
from appliance.model.audio import RATE
from appliance.model.records import CallMeta, RecordingEnd
from appliance.signals.pcm import encode_alaw
from appliance.vault.container import derive
from appliance.vault.disk import Disk
from appliance.vault.format import KEY_BYTES, RID_BYTES, Ticket
from appliance.vault.opening import keys
from appliance.vault.opening.digest import digest
from appliance.vault.opening.entry import RecordingEntry
from appliance.vault.opening.eraser import Eraser
from appliance.vault.opening.keyring import Keyring
from appliance.vault.opening.row import ROW_BYTES, Row, pack, seal_row, seed_of
from appliance.vault.opening.shard import SHARD_KEYS, new_shard
from appliance.vault.opening.shard_files import ShardFiles
from appliance.vault.opening.state import pack_state
from appliance.vault.opening.verdicts import AuditFacts
from appliance.vault.pool import Pool
from appliance.vault.seal import SealedFile, SealingKeys
from tests import samples

RETENTION_DAYS = 90
CALLS_A_DAY = 60

FIRST = [a + b for a in ("An", "Be", "Cze", "Da", "E", "Lu", "Ma", "Wi") for b in (
    "na", "sława", "mir", "cjan", "wa")]  # fmt: skip
LAST = [a + b for a in ("Nowak", "Kowal", "Żółt", "Wiśni", "Górn") for b in (
    "owski", "ewska", "icz", "czyk", "iak", "eńko", "ak", "ski", "ówna", "a")]  # fmt: skip

OPERATOR = "Bench"

RECEIPT = structs.replace(samples.RECEIPT, purposes=("training", "quality"))


class FastDisk(Disk):
    """A disk that does not wait for the medium: for making a recording, never for measuring."""

    def sync(self, fd: int) -> None:
        pass


@dataclass
class Vault:
    """The vault that is measured."""

    folders: Folders
    eraser: Eraser
    keyring: Keyring
    reading: Reading
    catalogue: Catalogue
    reading_key: bytearray
    password: str
    """Of ``OPERATOR``."""


@contextmanager
def vault() -> Iterator[Vault]:
    """Yield a vault on this machine's own disk."""
    with TemporaryDirectory(prefix="zgoda-bench-", dir="/var/tmp") as place:
        config = trial()
        config = replace(config, vault=replace(config.vault, pool_ahead=64))
        folders = Folders(Path(place))
        cost = keys.Cost(memory_kib=64, passes=1)
        password = secrets.token_hex(16)
        sheet = create_vault(folders, config, OPERATOR, password, SystemClock(), cost=cost)
        eraser = make_eraser(folders, config)
        keyring = Keyring.open(folders.keyring, eraser)
        reading = Reading(folders.recordings, keyring, config.office.country, lambda: None)
        catalogue = Catalogue(folders.shelves, keyring, reading)
        sheet_of, vault_id = keyring.content.sheet, keyring.content.vault_id
        secret = keys.read_by_sheet(keys.read_sheet(sheet.text), sheet_of.sealed, vault_id)
        try:
            yield Vault(folders, eraser, keyring, reading, catalogue, secret, password)
        finally:
            reading.end()


class Calls(Protocol):
    """What calls are kept in."""

    folders: Folders
    keyring: Keyring
    reading_key: bytearray


def calls_kept(made: Calls, count: int, today: int) -> list[str]:
    """Keep so many calls of years, as if each had been taken up and listed; return their names.

    The oldest first, 512 in a shard. Their recordings are not there.
    """
    second, births, names = second_key(made.reading_key), [], []
    with made.keyring.changing() as draft:
        for first in range(0, count, SHARD_KEYS):
            plain, privates = bytearray(), []
            for at in range(first, min(first + SHARD_KEYS, count)):
                # Private keys are random bytes; to make real ones would take most of the time.
                rid, private = secrets.token_bytes(RID_BYTES), secrets.token_bytes(KEY_BYTES)
                day = today - (count - at) // CALLS_A_DAY
                entry = RecordingEntry(due_day=today + 1 + at // CALLS_A_DAY, day=day)
                plain += rid + private + pack_state(at - first, entry)
                privates.append(private)
                names.append(rid.hex())
            birth = new_shard(draft.shards, plain, 0)
            births.append(birth)
            shelf = b"".join(
                seal_row(
                    second,
                    seed_of(private),
                    birth[0].sid,
                    slot,
                    _packed(first + slot, count, today),
                )
                for slot, private in enumerate(privates)
            )
            path = made.folders.shelves / birth[0].sid.hex()
            path.write_bytes(shelf.ljust(SHARD_KEYS * ROW_BYTES, b"\0"))
        ShardFiles(made.folders.keys, Disk()).make(births)
    return names


def second_key(reading_key: bytes | bytearray) -> bytes:
    """Derive the catalogue's second key."""
    return derive(reading_key, b"", SECOND_KEY_LABEL)


def _packed(number: int, count: int, today: int) -> bytes:
    """Return one call among many: another number, another name, another day."""
    digits = f"4822{number % 10_000_000:07}"
    day = today - (count - number) // CALLS_A_DAY
    return pack(
        Row(
            call=f"{number:016x}",
            line="Reception",
            outgoing=False,
            started_at=day * DAY + 30_000.0 + number % CALLS_A_DAY * 480,
            clock_ok=True,
            began=None,
            seconds=183.5,
            verdict="complete",
            ended="hung_up",
            due_day=today + 1 + number // CALLS_A_DAY,
            purposes=RECEIPT.purposes,
            number=f"+{digits}",
            digits=digits,
            name=f"{FIRST[number % 40]} {LAST[number // 40 % 50]} {number // 2000}",
            withheld=False,
        )
    )


def short_recording(made: Vault, number: int, today: int) -> str:
    """Seal a recording of one second and return its name."""
    return long_recording(made, 1, number=number, day=today)


def long_recording(
    made: Vault, seconds: int, channels: int = 1, number: int = 0, day: int = 20_000
) -> str:
    """Seal one recording and return its name."""
    pool = Pool(made.folders.pool, made.folders.new)
    file = SealedFile.create(
        made.folders.new,
        SealingKeys(pool.vault_id, pool.reading_key, samples.ORIGIN),
        pool.take_key(),
        Ticket(day + RETENTION_DAYS, f"{number:016x}", True, "aabbcc", 1, RETENTION_DAYS),
        channels,
        disk=FastDisk(),
    )
    file.begin(_meta(number, day), RECEIPT, samples.RULE)
    noise = np.random.default_rng(1)
    block = 4000 // channels
    for at in range(0, seconds * RATE, block):
        sound = noise.normal(0, 900, (channels, block)).astype(np.int16)
        file.audio(at, encode_alaw(sound.reshape(-1)))
    file.end(RecordingEnd(samples=seconds * RATE, reason="hung_up"))
    (made.folders.new / file.rid).rename(made.folders.recordings / file.rid)
    return file.rid


def _meta(number: int, day: int) -> CallMeta:
    return CallMeta(
        call=f"{number:016x}",
        line="Reception",
        direction="incoming",
        started_at=float(day * DAY + 30_000),
        clock_ok=True,
        recording_at_ms=12_400,
        number=f"+4822{number % 10_000_000:07}",
        name=f"Łucja Żółkiewska {number}",
        purposes=RECEIPT.purposes,
        due_days=dict.fromkeys(RECEIPT.purposes, day + RETENTION_DAYS),
        policy_version=RECEIPT.policy_version,
        controller="Kancelaria Nowak sp. k., Warszawa",
    )


def facts(path: Path) -> AuditFacts:
    """Return what the audit would know of a recording."""
    found = digest(path)
    return AuditFacts(found.frames, found.sha256, found.head)
