"""Make a vault with the calls of an office of ten over years, sealed as real ones."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from msgspec import structs

from appliance.clock import SystemClock
from appliance.config.folders import Folders
from appliance.config.read import trial
from appliance.keeper.catalogue.catalogue import Catalogue
from appliance.keeper.first_run.create import create_vault, make_eraser
from appliance.keeper.reading.reading import Reading
from appliance.model.audio import RATE
from appliance.model.records import CallMeta, CallRecord, RecordingEnd, Verdict
from appliance.signals.pcm import encode_alaw
from appliance.vault.disk import Disk
from appliance.vault.format import Ticket
from appliance.vault.opening import keys
from appliance.vault.opening.digest import digest
from appliance.vault.opening.entry import RecordingEntry
from appliance.vault.opening.keyring import Keyring
from appliance.vault.opening.verdicts import AuditFacts
from appliance.vault.pool import Pool
from appliance.vault.seal import SealedFile, SealingKeys
from tests import samples

RETENTION_DAYS = 90
DAY = 86_400

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
        config = replace(config, vault=replace(config.vault, pool_ahead=16))
        folders = Folders(Path(place))
        cost = keys.Cost(memory_kib=64, passes=1)
        password = secrets.token_hex(8)
        sheet = create_vault(folders, config, OPERATOR, password, SystemClock(), cost=cost)
        keyring = Keyring.open(folders.keyring, make_eraser(folders, config))
        reading = Reading(folders.recordings, keyring, lambda: None)
        catalogue = Catalogue(folders.shelves, keyring, config.office.country)
        secret = keys.reading_key(keys.read_sheet(sheet.text))
        try:
            yield Vault(folders, keyring, reading, catalogue, secret, password)
        finally:
            reading.end()


def call(number: int, today: int) -> CallRecord:
    """Return one call among many: another number, another name, another day."""
    meta = CallMeta(
        call=f"{number:016x}",
        line="Reception",
        direction="incoming",
        started_at=float((today - number % RETENTION_DAYS) * DAY + 30_000 + number % 20_000),
        clock_ok=True,
        recording_at_ms=12_400,
        number=f"+4822{number % 10_000_000:07}",
        name=f"Łucja Żółkiewska {number}",
        purposes=RECEIPT.purposes,
        due_days=dict.fromkeys(RECEIPT.purposes, today + RETENTION_DAYS - number % RETENTION_DAYS),
        policy_version=RECEIPT.policy_version,
        controller="Kancelaria Nowak sp. k., Warszawa",
    )
    return CallRecord(
        recording=secrets.token_hex(16),
        meta=meta,
        receipt=structs.replace(RECEIPT),
        seconds=183.5,
        verdict=Verdict.COMPLETE,
        ended="hung_up",
        frames=371,
    )


def take_in(keyring: Keyring, calls: list[CallRecord]) -> list[CallRecord]:
    """Give calls keys as if they had been recorded and taken up; return them under their names."""
    names = keyring.refill(len(calls))
    named = {
        rid: structs.replace(call, recording=rid) for rid, call in zip(names, calls, strict=True)
    }

    def taken_up(rid: str, entry: RecordingEntry) -> RecordingEntry:
        return structs.replace(entry, due_day=max(named[rid].meta.due_days.values()))

    keyring.change(named, taken_up)
    return list(named.values())


def fill(made: Vault, calls: list[CallRecord]) -> None:
    """Take calls in and shelve them."""
    made.catalogue.put(take_in(made.keyring, calls))


def long_recording(made: Vault, seconds: int, channels: int = 1) -> str:
    """Seal one long recording and return its name."""
    pool = Pool(made.folders.pool, made.folders.recordings)
    file = SealedFile.create(
        made.folders.recordings,
        SealingKeys(pool.vault_id, pool.reading_key, samples.ORIGIN),
        pool.take_key(),
        Ticket(30_000, "00" * 8, True, "aabbcc", 1),
        channels,
        disk=FastDisk(),
    )
    file.begin(call(0, 20_000).meta, RECEIPT, samples.RULE)
    noise = np.random.default_rng(1)
    block = 4000 // channels
    for at in range(0, seconds * RATE, block):
        sound = noise.normal(0, 900, (channels, block)).astype(np.int16)
        file.audio(at, encode_alaw(sound.reshape(-1)))
    file.end(RecordingEnd(samples=seconds * RATE, reason="hung_up"))
    return file.rid


def facts(path: Path) -> AuditFacts:
    """Return what the audit would know of a recording."""
    found = digest(path)
    return AuditFacts(found.frames, found.sha256, found.head)
