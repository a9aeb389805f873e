"""Provide a vault with records, a manual clock and a recorder that seals on demand."""

import io
import wave
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from msgspec import Struct, structs

from appliance.clock import day_of
from appliance.config.folders import Folders
from appliance.config.read import trial
from appliance.keeper.audit.log import AuditLog
from appliance.keeper.first_run.create import create_vault, make_eraser, open_audit
from appliance.keeper.foundation import lay
from appliance.keeper.handlers.calls.calls import Calls
from appliance.keeper.handlers.calls.erasing import ErasureDesk
from appliance.keeper.handlers.proof import ProofDesk
from appliance.keeper.people.sessions import Caller
from appliance.keeper.records import Records, build_records
from appliance.keeper.surroundings import Surroundings
from appliance.keeper.time.believed_clock import BelievedClock
from appliance.keeper.time.chip import Boot, ClockChip
from appliance.link.handlers import handlers_of
from appliance.link.operations import Operation, Role
from appliance.model.audio import RATE, Sound
from appliance.model.records import AuditPlace, CallMeta, RecordingEnd, RecordingMark
from appliance.model.terms import AnswerBasis
from appliance.signals.pcm import encode_alaw, through_alaw
from appliance.vault.audit.entries import NEW_KEY
from appliance.vault.format import Ticket
from appliance.vault.opening import keys
from appliance.vault.opening.digest import digest
from appliance.vault.opening.eraser import Eraser
from appliance.vault.opening.keyring import Keyring
from appliance.vault.opening.verdicts import AuditFacts
from appliance.vault.pool import Pool
from appliance.vault.seal import SealedFile, SealingKeys
from tests import samples
from tests.clocks import ManualClock
from tests.files import whole_file
from tests.keeper.chips import BOOT, NO_CHIP
from tests.proofs import forked_proof_of
from tests.recorded import file_of
from tests.samples import ORIGIN, RECEIPT

START = 1_790_000_000.0
TODAY = day_of(START)
OFFICER = Caller("0a0b0c0d", "Ewa Nowak", frozenset(Role), "0123456789abcdef")

ReplyT = TypeVar("ReplyT", bound=Struct)


@dataclass(frozen=True)
class Spoken:
    """What the recorder is to seal."""

    seconds: float = 1.0
    channels: int = 1
    number: str | None = "+48221234567"
    name: str | None = "Anna Żółć"
    withheld: bool = False
    answered: AnswerBasis | None = None  # outgoing: what told so
    line: str = "Reception"
    purposes: tuple[tuple[str, int], ...] = (("training", 90),)
    marks: tuple[RecordingMark, ...] = ()
    ended: str | None = "hung_up"  # None: the power went
    clock_ok: bool = True
    boot: str = "b00710"
    uptime: int = 100
    call: str = ""  # empty: another one each time
    keep_open: bool = False
    after: AuditPlace | None = None  # the entry of the audit before it
    began: float | None = None  # when; None: when the office was set up


@dataclass
class Office:
    """Everything that the records stand on."""

    folders: Folders
    clock: "LateClock"
    keyring: Keyring
    eraser: Eraser
    audit: AuditLog
    sheet: str
    boot: Boot
    records: Records = field(init=False)
    deaths: list[str] = field(default_factory=list)
    sounds: dict[str, Sound] = field(default_factory=dict)
    writers: list[SealedFile] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.build()

    def build(self, boot: Boot | None = None) -> None:
        """Start the keeper's records afresh, as after a restart."""
        self.boot = boot or self.boot
        around = Surroundings(trial(), self.folders, self.clock)
        time = BelievedClock(self.clock, self.boot)
        base = lay(around, self.keyring, self.eraser, self.audit, time)
        self.records = build_records(base, lambda: self.deaths.append("died"))

    def restart(self, boot: str, chip: ClockChip | None = None) -> None:
        """Start the keeper's records after a boot of the machine."""
        self.clock.reboot()
        self.build(Boot(boot, chip or NO_CHIP))

    def confirm(self) -> None:
        """Confirm the time as the clock says it."""
        self.records.recordings.retention.confirm_time(self.clock.now())

    def vouch(self, boot: str) -> None:
        """Start the keeper's records afresh in a boot, and confirm the time of the clock."""
        self.build(Boot(boot, NO_CHIP))
        self.confirm()

    def unlock(self) -> None:
        """Log somebody in, as far as the records are concerned."""
        proof = forked_proof_of(self.reading_key())
        try:
            self.records.unlock(proof)
        finally:
            proof.end()

    def reading_key(self) -> bytearray:
        """Derive the office's reading key from its sheet."""
        content = self.keyring.content
        secret = keys.read_sheet(self.sheet)
        return keys.read_by_sheet(secret, content.sheet.sealed, content.vault_id)

    def ask(self, operation: Operation[ReplyT], who: Caller = OFFICER) -> ReplyT:
        """Have an operation handled."""
        answer: Any = self._handler(operation)(operation, who)
        if operation.sends_file:
            answer = whole_file(answer)[0]
        return answer  # type: ignore[no-any-return]  # what the operation names as its reply

    def _handler(self, operation: Operation[Any]) -> Any:
        now = self.records
        desks = Calls(now), ErasureDesk(now), ProofDesk(now)
        return handlers_of(*desks)[type(operation)]

    def answer(self, operation: Operation[Any], who: Caller = OFFICER) -> Any:
        """Have an operation handled and return what its handler returns."""
        return self._handler(operation)(operation, who)

    def ask_bytes(self, operation: Operation[ReplyT], who: Caller = OFFICER) -> bytes:
        """Have an operation handled that answers with raw bytes."""
        answer: Any = self._handler(operation)(operation, who)
        raw: bytes = whole_file(answer)[1] if operation.sends_file else answer[1]
        return raw

    def file(self, rid: str) -> Path:
        """Return a recording's file, taken up or not, so that a test can change it."""
        path = file_of(self.folders, rid)
        if path.parent == self.folders.recordings:
            path.chmod(0o600)
        return path

    def facts(self, rid: str) -> AuditFacts:
        """Return what the audit would say of a recording that is sealed as it is now."""
        found = digest(self.file(rid))
        return AuditFacts(found.frames, found.sha256, found.head)

    def acts(self) -> list[tuple[str, str | None]]:
        """Return what the audit says: type and recording."""
        entries = [entry for entry in self.audit.entries() if entry.type != NEW_KEY]
        return [(entry.type, entry.rid) for entry in entries]

    def seal(self, spoken: Spoken | None = None, **changes: Any) -> str:
        """Record a call as the recorder does, and return its name."""
        said = replace(spoken or Spoken(), **changes)
        said = replace(said, call=said.call or f"{len(self.sounds) + 1:016x}")
        days = {purpose: TODAY + kept for purpose, kept in said.purposes}
        pool = Pool(self.folders.pool, self.folders.new)
        ticket = Ticket(
            max(days.values()),
            said.call,
            said.clock_ok,
            said.boot,
            said.uptime,
            max(days.values()) - TODAY,
        )
        file = SealedFile.create(
            self.folders.new,
            SealingKeys(pool.vault_id, pool.reading_key, ORIGIN),
            pool.take_key(),
            ticket,
            said.channels,
        )
        receipt = structs.replace(RECEIPT, answer_basis=said.answered)
        file.begin(_meta(said, days), receipt, samples.RULE)
        sound = speech(said.seconds, said.channels, seed=len(self.sounds))
        self.sounds[file.rid] = through_alaw(sound)
        block = 4000 // said.channels
        for at in range(0, sound.shape[1], block):
            file.audio(at, encode_alaw(sound[:, at : at + block].reshape(-1)))
        for mark in said.marks:
            file.mark(mark)
        if said.keep_open:
            self.writers.append(file)
        elif said.ended is None:
            file.close()
        else:
            file.end(RecordingEnd(samples=sound.shape[1], reason=said.ended))
        return file.rid

    def record(self, spoken: Spoken | None = None, **changes: Any) -> str:
        """Record a call and take it up."""
        rid = self.seal(spoken, **changes)
        self.records.take_up()
        return rid

    def copy_to(self, folder: Path) -> list[Path]:
        """Copy what a thief would: every file as it is now."""
        made = []
        for path in [p for p in self.folders.data.rglob("*") if p.is_file()]:
            target = folder / path.relative_to(self.folders.data)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
            made.append(target)
        return made

    def close(self) -> None:
        """End what was started."""
        self.records.lock()
        for file in self.writers:
            file.close()
        self.audit.sign_head()


class LateClock(ManualClock):
    """A clock that may not be trusted at first, like that of a box without one; it can reboot."""

    def reboot(self, uptime: float = 60.0) -> None:
        """Begin to count again, a minute after the boot."""
        self._monotonic = uptime

    def trust(self) -> None:
        """Set it from a second source."""
        self._trusted = True


def make_office(
    data: Path,
    *,
    pool_ahead: int = 12,
    trusted: bool = True,
) -> Office:
    """Set an office up that has never had a call; its clock is confirmed if it is trusted."""
    config = trial()
    config = replace(config, vault=replace(config.vault, pool_ahead=pool_ahead))
    folders, clock = Folders(data), LateClock(START, trusted=trusted)
    cheap = keys.Cost(memory_kib=64, passes=1)
    sheet = create_vault(folders, config, "Ewa Nowak", "correct horse battery", clock, cost=cheap)
    eraser = make_eraser(folders, config)
    keyring = Keyring.open(folders.keyring, eraser)
    audit = open_audit(folders, keyring, clock)
    office = Office(folders, clock, keyring, eraser, audit, sheet.text, BOOT)
    if trusted:
        office.records.time.confirm(START)
    return office


def speech(seconds: float, channels: int, seed: int = 0) -> Sound:
    """Return something with the unevenness of speech, different on each channel."""
    noise = np.random.default_rng(seed)
    count = round(seconds * RATE)
    loudness = 200 + 6000 * noise.random((channels, count // 400 + 1)).repeat(400, axis=1)
    wave = noise.standard_normal((channels, count)) * loudness[:, :count]
    sound: Sound = np.clip(wave, -32768, 32767).astype(np.int16)
    return sound


def read_wav(raw: bytes) -> Sound:
    """Return ``[channels, samples]`` of a WAV file's bytes."""
    with wave.open(io.BytesIO(raw)) as file:
        channels = file.getnchannels()
        assert (file.getframerate(), file.getsampwidth()) == (RATE, 2)
        data = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    sound: Sound = data.reshape(-1, channels).T
    return sound


def _meta(said: Spoken, days: dict[str, int]) -> CallMeta:
    sides: Sequence[str] = ("far", "near") if said.channels == 2 else ("both",)
    return CallMeta(
        call=said.call,
        line=said.line,
        direction="incoming",
        started_at=START if said.began is None else said.began,
        clock_ok=said.clock_ok,
        recording_at_ms=8000,
        number=said.number,
        name=said.name,
        withheld=said.withheld,
        sides=tuple(sides),
        purposes=tuple(days),
        due_days=days,
        policy_version="1",
        controller="Kancelaria Nowak",
        after=said.after,
    )
