"""Drive a real keeper on real files, and keep the dictionary beside it."""

import hashlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import numpy as np
import pyotp
import pytest

from appliance.config.folders import Folders
from appliance.config.outside import Backup
from appliance.config.read import trial
from appliance.errors import Refused
from appliance.keeper.backup.backups import Backups
from appliance.keeper.backup.preparing import prepare
from appliance.keeper.box import OpenBox
from appliance.keeper.first_run.create import create_vault, make_eraser
from appliance.keeper.service import Keeper
from appliance.keeper.time.chip import Boot
from appliance.link.operations import Operation, Role
from appliance.link.requests.login import LogIn, WhoAmI
from appliance.vault.opening.keyring import Keyring
from appliance.vault.opening.keys import read_by_sheet, read_sheet
from appliance.vault.opening.unseal import Reader
from tests.boxes import CHEAP, PASSWORD
from tests.files import whole_file
from tests.keeper.boxes import OWNER
from tests.keeper.chips import NO_CHIP
from tests.keeper.desks import backups_of
from tests.proofs import prove_here
from tests.stateful.clock import LyingClock
from tests.stateful.dictionary import Call, Office, Person, Session, digest_of
from tests.stateful.recorder import Recorder, RunningCall

POOL_AHEAD = 16
IDLE, LONGEST = 15 * 60.0, 12 * 3600.0
"""Seconds: of a session without a request, and of any."""

STEP = 30
"""Seconds of a code."""


@cache
def _template() -> tuple[Path, str]:
    """Make a vault once; each box begins with a copy."""
    data = Path(mkdtemp(prefix="stateful")) / "data"
    config = replace(trial(), vault=replace(trial().vault, pool_ahead=POOL_AHEAD))
    sheet = create_vault(Folders(data), config, OWNER, PASSWORD, LyingClock(), cost=CHEAP)
    return data, sheet.text


def _reading_key(folders: Folders, sheet: str) -> bytearray:
    content = Keyring.open(folders.keyring, make_eraser(folders, trial())).content
    return read_by_sheet(read_sheet(sheet), content.sheet.sealed, content.vault_id)


class Box:
    """A keeper, a recorder, their clock, and what they must hold."""

    def __init__(self, folder: Path) -> None:
        template, sheet = _template()
        shutil.copytree(template, folder / "data")
        self.folders = Folders(folder / "data")
        self.clock = LyingClock()
        self.office = Office()
        self.sheet = sheet
        self.reading = _reading_key(self.folders, sheet)
        self.stick = folder / "stick"
        self.stick.mkdir()
        prepare(self.stick).close()
        self.running: list[RunningCall] = []
        self._begun: dict[int, tuple[float, float, dict[str, int], bool]] = {}
        self.boot = "b00001"
        self.swept = False
        """Whether a sweep has gone over everything in this step."""
        self.waited = False
        """Whether no sweep has run since nobody knew how long the power was off."""
        self.copied: Callable[[], None] = lambda: None
        """Called as soon as a copy has been made."""
        config = trial()
        vault = replace(config.vault, pool_ahead=POOL_AHEAD)
        self.config = replace(config, vault=vault, backup=Backup(str(self.stick), "day"))
        self.open()
        box = self.opened
        (entry,) = box.keyring.content.operators.values()
        self.office.people[OWNER] = Person(entry.id, PASSWORD, frozenset(Role))
        box.records.recordings.retention.confirm_time(self.clock.true)
        self.office.confirmed = self.boot

    @property
    def opened(self) -> OpenBox:
        """Return the open vault's parts."""
        assert self.keeper.box is not None
        return self.keeper.box

    @property
    def backups(self) -> Backups:
        """Return what makes copies."""
        return backups_of(self.keeper)

    def believed(self) -> float:
        """Return the time that the box believes."""
        return self.opened.records.time.now()

    # -- the keeper -----------------------------------------------------------------------------

    def open(self) -> None:
        """Start a keeper in this boot."""
        boot = Boot(self.boot, NO_CHIP)
        self.keeper = Keeper(self.config, self.folders, self.clock, cost=CHEAP, boot=boot)
        self.keeper._box.prove = prove_here
        self.keeper.open()
        # A copy is made within the step, so that what it holds is known.
        self.backups.tick = self._back_up  # type: ignore[method-assign]
        self.chores = self.keeper.chores()
        self.recorder = Recorder(self.folders, self.clock, self.boot)
        for session in self.office.sessions.values():
            with refused("not_logged_in"):
                self.keeper.handle(WhoAmI(), session.token)
        self.office.sessions.clear()
        self.swept = True

    def _back_up(self) -> None:
        if self.backups.run():
            self.copied()

    def restart(self) -> None:
        """Close the keeper and start another one."""
        self.keeper.close()
        self.open()

    def power_cut(self, off: float) -> None:
        """End everything as a power cut does, and start again in another boot."""
        for call in list(self.running):
            self.end(call, "cut")
        self.keeper.close()
        self.clock.reboot(off)
        self.office.boots += 1
        self.boot = f"b{int(self.boot[1:], 16) + 1:05x}"
        self.open()

    def later(self, seconds: float) -> None:
        """Let time pass and the keeper do what is due by then."""
        self.clock.advance(seconds)
        now = self.clock.monotonic()
        for name, one in list(self.office.sessions.items()):
            if now - one.used >= IDLE or now - one.opened >= LONGEST:
                del self.office.sessions[name]
        self.chores.run_due()
        self.swept = self.swept or seconds >= 3600

    def ask(self, operation: Operation[Any], name: str | None = None) -> Any:
        """Ask as somebody who is logged in."""
        session = self.office.sessions[name] if name is not None else None
        answer: Any = self.keeper.handle(operation, session.token if session else None)
        if operation.sends_file:
            answer = whole_file(answer)[1]
        if session is not None and operation.keeps_awake:
            session.used = self.clock.monotonic()
        return answer[0] if isinstance(answer, tuple) else answer

    # -- people ---------------------------------------------------------------------------------

    def code(self, person: Person) -> str | None:
        """Return a code that the person's app shows and that was not used; None if none is."""
        this = int(self.clock.now()) // STEP
        for step in (this - 1, this, this + 1):
            if step > person.totp_last:
                return pyotp.TOTP(person.totp).generate_otp(step)
        return None

    def use_code(self, person: Person, code: str) -> None:
        """Remember that a code is used up."""
        this = int(self.clock.now()) // STEP
        totp = pyotp.TOTP(person.totp)
        steps = (this - 1, this, this + 1)
        person.totp_last = next(
            step for step in steps if step > person.totp_last and totp.generate_otp(step) == code
        )

    def log_in(self, name: str) -> None:
        """Log somebody in; what must be refused is."""
        person = self.office.people[name]
        code = self.code(person) if person.totp else ""
        operation = LogIn(name, person.password, code or "000000" if person.totp else "")
        if person.one_time_until and person.one_time_until < self.clock.now():
            with refused("one_time_expired"):
                self.ask(operation)
            return
        if code is None:  # its steps are used up: the wall clock was set back
            with refused("wrong_password"):
                self.ask(operation)
            self.later(1)
            return
        session = self.ask(operation)
        now = self.clock.monotonic()
        assert (session.step == "password") == bool(person.one_time_until)
        if person.totp:
            self.use_code(person, code)
        self.office.sessions[name] = Session(
            session.token, now, now, one_time=bool(person.one_time_until)
        )

    # -- calls ----------------------------------------------------------------------------------

    def begin(self, kept: dict[str, int], channels: int, seed: int) -> None:
        """Begin to record a call."""
        call = self.recorder.begin(kept, channels, seed)
        honest = abs(self.clock.lie) <= 60
        self._begun[id(call)] = self.clock.true, self.believed(), kept, honest
        self.running.append(call)

    def end(self, call: RunningCall, how: str) -> None:
        """End a call: ``hang_up``, ``cut`` or ``withdraw``."""
        getattr(call, how)()
        self.running.remove(call)
        true, believed, kept, honest = self._begun.pop(id(call))
        # What the caller took back holds for every part, also for one that was closed before.
        left = {p: d for p, d in kept.items() if p not in call.ended}
        for number, part in enumerate(call.parts):
            last = number == len(call.parts) - 1
            self.office.calls[part.rid] = Call(
                part.rid,
                call.id,
                digest_of(part, call.channels),
                call.channels,
                complete=part.final,
                kept=left,
                first_kept=max(kept.values()),
                true=true,
                believed=believed,
                boot=self.boot,
                honest=honest and abs(believed - true) < 60,
                withdrawn=how == "withdraw",
                file=b"" if how == "withdraw" and last else self._copy(part.rid),
            )

    def _copy(self, rid: str) -> bytes:
        for folder in (self.folders.data / "new", self.folders.recordings):
            with suppress(OSError):
                return (folder / rid).read_bytes()
        raise AssertionError("a recording is nowhere")

    def sound(self, call: Call) -> str:
        """Open a recording with both keys, and return the digest of all its sound."""
        key = self.opened.keyring.private(call.rid)
        with Reader.open(self.folders.recordings / call.rid, self.reading, key) as reader:
            return sound_of(reader)

    def close(self) -> None:
        """End everything."""
        for call in list(self.running):
            call.close()
        self.keeper.close()


def sound_of(reader: Reader) -> str:
    """Return the digest of all the sound of an open recording."""
    whole = np.ascontiguousarray(reader.read(0, reader.samples))
    return hashlib.sha256(whole.tobytes()).hexdigest()


@contextmanager
def refused(*codes: str) -> Iterator[None]:
    """Hold the keeper to refusing, for one of some reasons."""
    with pytest.raises(Refused) as refusal:
        yield
    assert refusal.value.code in codes
