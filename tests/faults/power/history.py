"""Let a box live a short life on a logged disk: every act that writes, with a few calls.

The box is driven as people and the line drive it: operations of the keeper, calls through the whole
recorder at speed.
"""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

import numpy as np
from msgspec import structs

from appliance.clock import DAY, HOUR
from appliance.exchange.scene import Scene
from appliance.link.operations import Role
from appliance.link.requests.calls import (
    EraseCall,
    ExportCall,
    Ground,
    HoldCall,
    HoldGround,
    ListCalls,
    ReleaseHold,
)
from appliance.link.requests.exempt import AddExempt, RemoveExempt
from appliance.link.requests.login import LogOut
from appliance.link.requests.me import ChangePassword
from appliance.link.requests.people import AddPerson, ListPeople, RemovePerson
from appliance.link.requests.settings import GoBack, ShowSettings
from appliance.link.requests.time import ConfirmTime
from appliance.model.calibration import LineCalibration
from appliance.recorder.calibration.figures import KeptCalibration
from appliance.recorder.line.devices import Simulation
from appliance.recorder.serve import make_places
from appliance.recorder.service import Recorder
from tests.boxes import PASSWORD
from tests.faults.killable_keeper import keeper_at, later, set_pause
from tests.faults.power.asked import counted, keep_a_prompt, sound_of
from tests.faults.power.disk import LoggedDisk
from tests.faults.power.ear import LINE, Ear
from tests.faults.power.told import WHOLE, Facts, Step, Told
from tests.files import whole_file
from tests.keeper.boxes import OWNER, KeeperBox
from tests.keeper.office import START
from tests.proofs import proving_here

ANOTHER = "purple monkey dishwasher"
JAN = "Jan Kowalski"
LISTED = ("+48223334455", "+48600700800")
FAR = "+48221234567"


@dataclass
class History:
    """A box on a logged disk, and what it was told."""

    disk: LoggedDisk
    out: Path
    facts: Facts = field(default_factory=Facts)
    steps: list[Step] = field(default_factory=list)
    parts: dict[str, list[str]] = field(default_factory=dict)
    box: KeeperBox = field(init=False)
    token: str = ""

    def __post_init__(self) -> None:
        self.box = keeper_at(self.disk.folder / "data", now=START)
        proving_here(self.box.keeper)

    def live(self) -> Told:
        """Do everything; each act by itself."""
        self.box.folders.data.mkdir(mode=0o700)
        try:
            self._all_acts()
        finally:
            self.box.keeper.close()
        told = Told(tuple(self.steps), self.parts, str(self.out))
        told.save(self.out / "told.json")
        return told

    def _all_acts(self) -> None:
        for act_ in (
            *(self.first_run, self.time, self.call, self.cut_call, self.take_up, self.shelf),
            *(self.ledger, self.erase, self.operators, self.password, self.exempt, self.settings),
            *(self.continued_call, self.withdrawn_call, self.refill, self.audit, self.restart),
            *(self.retention,),
        ):
            act_()

    @contextmanager
    def step(self, act_: str, call: str = "", ear: Ear | None = None) -> Iterator[None]:
        """Note what an order changes; the body changes ``facts`` once it is answered."""
        before, begin = self.facts, self.disk.position
        yield
        self.steps.append(
            Step(
                act=act_,
                begin=begin,
                end=self.disk.position,
                now=self.box.clock.now(),
                before=before,
                after=self.facts,
                call=call,
                heard=tuple(ear.heard) if ear else (),
            )
        )

    def now(self, **changes: object) -> None:
        """Say what must be found from now on."""
        self.facts = structs.replace(self.facts, **changes)

    # -- the acts ---------------------------------------------------------------------------------

    def first_run(self) -> None:
        """Set the box up."""
        with self.step("first run"):
            self.box.keeper.open()
            sheet = self.box.first_run()
            self.box.confirm(sheet)
            self.now(set_up=True, passwords=(PASSWORD,), people=(OWNER,))
        self.token = self.box.log_in()

    def time(self) -> None:
        """Confirm the time: a setting of the administrator's."""
        with self.step("settings"):
            at, uptime = self.box.clock.now(), self.box.clock.monotonic()
            self.box.ask(ConfirmTime(at, uptime, PASSWORD), self.token)

    def call(self) -> None:
        """Record an ordinary call."""
        self._call("call", Scene.ordinary(FAR, "1", talk=4.0), "c1")

    def cut_call(self) -> None:
        """Record another one, of somebody who hides the number."""
        self._call("call", Scene.ordinary("", "1", talk=2.5), "c2")

    def continued_call(self) -> None:
        """Record a call whose file fails in the middle, so that it goes on in another."""
        write, writes = os.pwrite, 0

        def failing(fd: int, data: bytes, offset: int) -> int:
            nonlocal writes
            if Path(os.readlink(f"/proc/self/fd/{fd}")).is_relative_to(self.box.folders.data):
                writes += len(data) == 4096 and offset > 0
                if writes == 5:
                    writes += 1
                    raise OSError(errno.EIO, os.strerror(errno.EIO))
            return write(fd, data, offset)

        with mock.patch("os.pwrite", failing):
            self._call("continuation", Scene.ordinary(FAR, "1", talk=4.0), "c3")
        assert len(self.parts["c3"]) == 2
        self._take_up("continuation", "c3")

    def withdrawn_call(self) -> None:
        """Record a call whose consent the caller withdraws."""
        scene = Scene.ordinary(FAR, "1", talk=4.0, withdraw_after=1.5)
        before = self._recordings()
        with self.step("call"):
            self._play(scene)
        made = self._recordings() - before
        with self.step("take-up"):
            self.box.keeper.take_up()
            later(self.box, 31)
            erased = self.facts.erased | dict.fromkeys(made, "withdrawn")
            self.now(erased=erased, counted=self._counted())

    def take_up(self) -> None:
        """Take up both calls."""
        self._take_up("take-up", "c1", "c2")

    def shelf(self) -> None:
        """Log in anew and look at the list."""
        with self.step("shelf"):
            self.box.ask(LogOut(), self.token)
            self.token = self.box.log_in()
            self.box.ask(ListCalls(), self.token)
            later(self.box, 5)

    def ledger(self) -> None:
        """Hold recordings with reasons, and let one go."""
        one, other = self.parts["c1"][0], self.parts["c2"][0]
        for rid, reason in ((one, "Lawsuit"), (other, "A claim against the office")):
            with self.step("ledger"):
                hold = HoldCall(rid, HoldGround.CLAIMS, reason, "2027-06-30")
                self.box.ask(hold, self.token)
                self.now(held=self.facts.held | {rid: reason})
        with self.step("ledger"):
            self.box.ask(ReleaseHold(other), self.token)
            self.now(held={one: "Lawsuit"})

    def erase(self) -> None:
        """Erase a call by hand."""
        rids = self.parts["c2"]
        for rid in rids:
            with self.step("erase"):
                self.box.ask(EraseCall(rid, Ground.OBJECTION, "Asked for it"), self.token)
                left = {call: size for call, size in self.facts.calls.items() if call != "c2"}
                self.now(calls=left, erased=self.facts.erased | {rid: "c2"})
            with self.step("erase"):
                later(self.box, 31)

    def operators(self) -> None:
        """Let somebody in, and out again."""
        with self.step("operators"):
            self.box.ask(AddPerson(JAN, (Role.LISTENER,), PASSWORD), self.token)
            self.now(people=tuple(sorted((OWNER, JAN))))
        (jan,) = (
            person.operator
            for person in self.box.ask(ListPeople(), self.token).people
            if person.name == JAN
        )
        with self.step("operators"):
            self.box.ask(RemovePerson(jan, PASSWORD), self.token)
            self.now(people=(OWNER,))
        with self.step("operators"):
            later(self.box, 31)

    def password(self) -> None:
        """Choose another password."""
        with self.step("operators"):
            session = self.box.ask(ChangePassword(PASSWORD, ANOTHER), self.token)
            self.now(passwords=(ANOTHER,))
        self.token = session.token
        with self.step("operators"):
            later(self.box, 31)

    def exempt(self) -> None:
        """List two numbers that are never recorded, and take one off."""
        for count in (1, 2):
            with self.step("exempt list"):
                self.box.ask(AddExempt(LISTED[count - 1]), self.token)
                self.now(exempt=LISTED[:count])
        with self.step("exempt list"):
            self.box.ask(RemoveExempt(LISTED[0]), self.token)
            self.now(exempt=LISTED[1:])
        with self.step("exempt list"):
            later(self.box, 31)
            # From here on the recorder would wait for a list that nobody lends it.
            self.box.ask(RemoveExempt(LISTED[1]), self.token)
            later(self.box, 31)
            self.now(exempt=())

    def settings(self) -> None:
        """Change the settings, go back to what they were, and keep what calibrating found."""
        for minutes in (5, 7):
            with self.step("settings"):
                set_pause(self.box, self._session(), minutes)
                self.now(pause=minutes)
        with self.step("settings"):
            version = self.box.ask(ShowSettings(), self.token).version
            self.box.ask(GoBack(version, 1), self.token)
            self.now(pause=2, said=(keep_a_prompt(self.box),))
        for prompt_db in (0.5, -0.5):
            with self.step("settings"):
                known = KeptCalibration(self.box.folders.calibration, LINE)
                known.keep(LineCalibration(date="2026-09-20", prompt_db=prompt_db))
                self.now(prompt_db=prompt_db)

    def refill(self) -> None:
        """Make keys ahead, and erase those that the pool does not show any more."""
        with self.step("refill"):
            later(self.box, HOUR)

    def audit(self) -> None:
        """Put acts on the record on two days, with a signed head between them."""
        for _ in range(2):
            with self.step("audit"):
                for call in self.box.ask(ListCalls(), self._session()).calls:
                    answer = self.box.keeper.handle(ExportCall(call.recording), self.token)
                    whole_file(answer)  # type: ignore[arg-type]  # what an export answers with
            with self.step("audit"):
                later(self.box, DAY)

    def restart(self) -> None:
        """Start the keeper again, once with nothing to do and once in the middle of an erasure."""
        with self.step("restart"):
            self.box.restart()
        self._call("call", Scene.ordinary(FAR, "1", talk=2.0), "c4")
        self._take_up("take-up", "c4")
        (rid,) = self.parts["c4"]
        with self.step("erase"):
            self.box.ask(EraseCall(rid, Ground.UNLAWFUL, "A mistake"), self.token)
            left = {call: size for call, size in self.facts.calls.items() if call != "c4"}
            self.now(calls=left, erased=self.facts.erased | {rid: "c4"})
        with self.step("restart"):
            self.box.restart()

    def retention(self) -> None:
        """Let the retention of everything but what is held pass."""
        token = self._session()
        held = [self._call_of(rid) for rid in self.facts.held]
        gone = {
            rid: call for call in self.facts.calls if call not in held for rid in self.parts[call]
        }
        self.box.ask(LogOut(), token)
        with self.step("retention"):
            later(self.box, 91 * DAY)
            left = {call: size for call, size in self.facts.calls.items() if call in held}
            self.now(calls=left, erased=self.facts.erased | gone)
        with self.step("retention"):
            later(self.box, 31)

    # -- what they are made of --------------------------------------------------------------------

    def _session(self) -> str:
        """Log in again where the session has ended."""
        self.token = self.box.log_in(password=self.facts.passwords[0])
        return self.token

    def _call(self, act_: str, scene: Scene, name: str) -> None:
        """Record a call that the caller agrees to; it is whole when the recorder has ended."""
        ear, before = Ear(self.disk), self._recordings()
        with self.step(act_, name, ear):
            self._play(scene, ear)
            made = self._recordings() - before
            assert ear.heard, "nobody agreed"
            self.now(calls=self.facts.calls | {name: WHOLE})
        self.parts[name] = sorted(made, key=lambda rid: self._path(rid).stat().st_ctime_ns)

    def _play(self, scene: Scene, ear: Ear | None = None) -> None:
        make_places(self.box.folders)
        observe = ear.saw if ear else None
        simulation = Simulation(at_speed=True, seed=1, observe=observe)
        recorder = Recorder(
            self.box.config, self.box.folders, self.box.clock, simulation=simulation
        )
        self.box.keeper.meet_recorder(recorder.origin)
        if ear:
            ear.hears(recorder)
        recorder.start()
        try:
            exchange = recorder.simulated()
            exchange.place(scene)
            exchange.wait_over()
        finally:
            recorder.close()

    def _take_up(self, act_: str, *calls: str) -> None:
        """Take calls up; their sound is what they play now."""
        with self.step(act_):
            self.box.keeper.take_up()
            self.now(counted=self._counted())
        for call in calls:
            sound = sound_of(self.box, self._session(), self.parts[call])
            np.save(self.out / f"{call}.npy", sound)

    def _counted(self) -> int:
        return counted(self.box, self._session())

    def _recordings(self) -> set[str]:
        """Return the names of all recordings, taken up or not."""
        data = self.box.folders.data
        files = [p for p in data.rglob("*") if len(p.name) == 32 and p.is_file()]
        return {p.name for p in files if p.stat().st_size}

    def _path(self, rid: str) -> Path:
        (path,) = self.box.folders.data.rglob(rid)
        return path

    def _call_of(self, rid: str) -> str:
        return next(call for call, rids in self.parts.items() if rid in rids)
