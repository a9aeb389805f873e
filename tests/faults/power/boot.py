"""Boot the real keeper on a disk that a power cut left; hold it against what was answered."""

import logging
import threading
from collections.abc import Set
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from appliance.errors import FileFormatError, Refused, ZgodaError
from appliance.keeper.audit.lines import readable
from appliance.link.requests.calls import ListCalls, ShowCertificate, ShowHold, VerifyCalls
from appliance.link.requests.exempt import IsExempt
from appliance.link.requests.first_run import GetBoxState
from appliance.link.requests.people import ListPeople
from appliance.model.records import Verdict
from appliance.recorder.calibration.figures import read_figures
from appliance.recorder.line.devices import Simulation
from appliance.recorder.serve import make_places, serve
from appliance.recorder.service import Recorder
from appliance.vault.pool import Pool
from tests.faults.killable_keeper import keeper_at, later
from tests.faults.power.asked import audible, counted, open_erasures, sound_of
from tests.faults.power.ear import LINE
from tests.faults.power.history import LISTED
from tests.faults.power.told import Facts, Step, Told, allowed, least
from tests.keeper.boxes import KeeperBox
from tests.keeper.settings.changing import settings_agree
from tests.proofs import proving_here

OFF_SECONDS = 60.0
"""So long the power is off."""

WELL = {Verdict.COMPLETE, Verdict.CUT, Verdict.SHREDDED}


class ErrorLog(logging.Handler):
    """Keeps what the keeper logs as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a message."""
        self.said.append(record.getMessage())


@dataclass
class Found:
    """What is wrong after a boot, by its kind, and what the boot had to finish."""

    lost: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    resumed: int = 0  # erasures
    recovered: bool = False


def boot(data: Path, told: Told, position: int) -> Found:
    """Start a keeper, let it finish what was interrupted, and ask it for everything."""
    step, found, heard = told.at(position), Found(), ErrorLog()
    logging.getLogger().addHandler(heard)
    try:
        began = open_erasures(data / "audit") if (data / "audit").is_dir() else set()
        box = keeper_at(data, now=step.now + OFF_SECONDS)
        proving_here(box.keeper)
        box.keeper.open()
        try:
            _Inquest(box, told, step, position, began, found).hold()
        finally:
            box.keeper.close()
    except FileFormatError as error:
        found.unreadable.append(str(error))
    except (ZgodaError, OSError, AssertionError) as error:
        found.wrong.append(f"{type(error).__name__}: {error}")
    finally:
        logging.getLogger().removeHandler(heard)
    found.wrong.extend(heard.said)
    return found


@dataclass
class _Inquest:
    """Holds one booted box against what may be found."""

    box: KeeperBox
    told: Told
    step: Step
    position: int
    began: set[str]
    found: Found

    def hold(self) -> None:
        """Look at everything."""
        before, after = allowed(self.step, self.position)
        if not self.box.ask(GetBoxState()).set_up:
            self._lost(before.set_up, "the vault is gone")
            self.box.confirm(self.box.first_run())
            assert self.box.log_in()
            return
        token = self._log_in(before, after)
        if not self.box.ask(GetBoxState()).sheet_confirmed:
            self._lost(before.set_up, "the sheet is not confirmed any more")
            self.box.confirm(self.box.first_run())
            token = self.box.log_in()
        for _ in range(3):  # what only began is believed to be over the second time
            later(self.box, 31)
        self._calls(token, before, after)
        self._people(token, before, after)
        self._list(token, before, after)
        self._rest(token, before, after)
        self._record()
        self._recorder()

    def _lost(self, is_so: bool, what: str) -> None:
        if is_so:
            self.found.lost.append(what)

    def _log_in(self, before: Facts, after: Facts) -> str:
        tried = dict.fromkeys((*before.passwords, *after.passwords))
        for password in tried:
            try:
                return self.box.log_in(password=password)
            except Refused:
                self.box.clock.advance(1)
        self.found.lost.append("nobody can log in")
        raise AssertionError(f"none of {len(tried)} passwords is right")

    def _calls(self, token: str, before: Facts, after: Facts) -> None:
        """Compare what plays, what is erased and what is held."""
        listed = {c.recording: c for c in self.box.ask(ListCalls(per_page=200), token).calls}
        for rid, verdict in self.box.ask(VerifyCalls(), token).verdicts.items():
            if verdict not in WELL:
                self.found.unreadable.append(f"{rid} is {verdict.value}")
        for call in before.calls.keys() | after.calls.keys() | {self.step.call} - {""}:
            self._call(token, call, before, after)
        self._erased(token, listed.keys(), before, after)
        known = {rid for rids in self.told.parts.values() for rid in rids}
        if self.step.act != "call":  # one that was to be withdrawn may have been cut before
            strange = listed.keys() - known
            self.found.wrong.extend(f"nobody knows {rid}" for rid in strange)
        for rid in before.held.keys() & after.held.keys() & listed.keys():
            words = self.box.ask(ShowHold(rid), token) if listed[rid].held else None
            self._lost(words is None or words.reason != before.held[rid], f"the hold of {rid}")

    def _erased(self, token: str, listed: Set[str], before: Facts, after: Facts) -> None:
        """Look that every erasure that began has ended, and that nothing came back."""
        ended = {rid for rid in before.erased if rid in after.erased}
        for rid in ended | self.began:
            if rid in listed:
                self.found.wrong.append(f"{rid} was erased and is there again")
            elif self.box.ask(ShowCertificate(rid), token).state != "erased":
                self.found.wrong.append(f"the erasure of {rid} is not finished")
        self.found.resumed += len(self.began)

    def _call(self, token: str, call: str, before: Facts, after: Facts) -> None:
        """Hold a call's sound against what was heard."""
        sound = sound_of(self.box, token, self.told.parts[call])
        whole = np.load(Path(self.told.sounds) / f"{call}.npy")
        plays = audible(sound)
        if not np.array_equal(sound, whole[:, : sound.shape[1]]):
            self.found.wrong.append(f"{call} plays something else than was said")
        if call == self.step.call:
            wanted = least(self.step, self.position, audible(whole))
        else:
            wanted = min(before.calls.get(call, 0), after.calls.get(call, 0), audible(whole))
        self._lost(plays < wanted, f"{call} plays {plays} samples of {wanted}")
        if call not in before.calls | after.calls and plays:
            assert call == self.step.call, f"{call} is there, but it was erased"

    def _people(self, token: str, before: Facts, after: Facts) -> None:
        names = tuple(sorted(p.name for p in self.box.ask(ListPeople(), token).people))
        wanted = {tuple(sorted(before.people)), tuple(sorted(after.people))} - {()}
        self._lost(names not in wanted, f"the people are {names}")

    def _list(self, token: str, before: Facts, after: Facts) -> None:
        for number in LISTED:
            is_listed = self.box.ask(IsExempt(number), token).listed
            wanted = {number in before.exempt, number in after.exempt}
            many = self.step.act == "exempt list"  # one step both confirms and takes off
            self._lost(not many and is_listed not in wanted, f"the list, {number}: {is_listed}")

    def _rest(self, token: str, before: Facts, after: Facts) -> None:
        calls = counted(self.box, token)
        self._lost(calls < before.counted, f"{calls} calls are counted of {before.counted}")
        told = self.told.steps[-1].after.counted
        if calls > max(told, len(self.told.steps)):
            self.found.wrong.append(f"{calls} calls are counted, more than there were")
        prompt_db = read_figures(self.box.folders.calibration, LINE).prompt_db
        self._lost(prompt_db not in {before.prompt_db, after.prompt_db}, "the calibration")
        pause = settings_agree(self.box, token)
        self._lost(pause not in {before.pause, after.pause}, f"the settings: {pause} minutes")
        assert self.box.keeper.box is not None
        prompts = self.box.keeper.box.records.recordings.prompts
        for name in before.said:
            self._lost(prompts.sound(name) is None, f"the prompt {name[:8]}")
        pool = Pool(self.box.folders.pool, self.box.folders.new)
        if not pool.ready:
            self.found.wrong.append("the pool has no key for the next call")

    def _recorder(self) -> None:
        """Start the recorder beside it; afterwards nothing unfinished lies anywhere."""
        make_places(self.box.folders)
        simulation = Simulation(at_speed=True, seed=1)
        recorder = Recorder(
            self.box.config, self.box.folders, self.box.clock, simulation=simulation
        )
        stop = threading.Event()
        stop.set()
        serve(recorder, self.box.folders, stop)
        left = [path.name for path in self.box.folders.data.rglob(".*")]
        self.found.wrong.extend(f"{name} is left behind" for name in left)

    def _record(self) -> None:
        """Check the audit: whole, or cut where nothing was answered yet and marked so."""
        types = [entry.type for entry, _ in readable(self.box.folders.audit)]
        self.found.recovered = "recovered" in types
        if not self.box.sound_audit():
            self.found.unreadable.append("the audit does not hold")
        if "ledger_begun" in types:
            self.found.unreadable.append("the ledger was begun anew")
        if "cut_back" in types:
            self.found.lost.append("entries of the audit that the keyring knew")
