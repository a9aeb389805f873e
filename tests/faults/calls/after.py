"""Prepare a box for an act, and look at what the act left when a call of its went wrong."""

import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from appliance.link.requests.calls import ExportCall, ListCalls, VerifyCalls
from appliance.model.records import Verdict
from tests.boxes import make_box
from tests.faults.aftermath import Survived, Template, survivors
from tests.faults.calls.acts import EMPTY, OF_THE_RECORDER
from tests.faults.killable_keeper import keeper_at, later
from tests.faults.power.asked import audible
from tests.files import whole_file
from tests.keeper.office import read_wav


@dataclass
class Bench:
    """Makes a box for each try, and looks at it afterwards."""

    template: Template
    folder: Path
    made: int = 0

    def box(self, act: str) -> Path:
        """Make a box for an act and return its data folder."""
        self.made += 1
        data = self.folder / str(self.made)
        if act in EMPTY:
            data.mkdir()
        elif act in OF_THE_RECORDER:
            make_box(data)
        else:
            self.template.copy_to(data)
        return data

    def found(self, act: str, data: Path, *, failed: bool = False) -> Survived:
        """Start a keeper on it, hold everything against what was sealed, say what was found.

        Nothing stays of a box that was found well: there are thousands.
        """
        if act in OF_THE_RECORDER:
            found = Survived(f"{self.played(data)[0] / 8000:.1f} s play")
        else:
            found = survivors(data, {} if act in EMPTY else self.template.sounds, failed=failed)
            shutil.rmtree(data)
        return found

    def played(self, data: Path) -> tuple[int, int]:
        """Say how much of a call plays, as ``played``; nothing stays of the box."""
        found = played(data)
        shutil.rmtree(data)
        return found


def played(data: Path) -> tuple[int, int]:
    """Start a keeper where a recorder has ended; return how many samples play, in how many parts.

    To people all parts are one call.
    """
    keeper = keeper_at(data, now=time.time())
    keeper.keeper.open()
    try:
        token = keeper.log_in()
        for _ in range(3):
            later(keeper, 31)
        calls = keeper.ask(ListCalls(), token).calls
        verdicts = list(keeper.ask(VerifyCalls(), token).verdicts.values())
        assert set(verdicts) <= {Verdict.COMPLETE, Verdict.CUT, Verdict.SHREDDED}
        assert keeper.sound_audit()
        assert len(calls) <= 1
        samples = 0
        for call in calls:
            answer = keeper.keeper.handle(ExportCall(call.recording), token)
            samples += audible(read_wav(whole_file(answer)[1]))  # type: ignore[arg-type]
        return samples, len(verdicts) - verdicts.count(Verdict.SHREDDED)
    finally:
        keeper.keeper.close()
