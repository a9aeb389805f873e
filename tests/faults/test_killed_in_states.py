"""kill -9 of a recorder in each state of a call, at speed; then a keeper, and another call."""

import itertools
import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.call.states import State
from appliance.exchange.script.files import named_scene
from appliance.keeper.audit.lines import readable
from appliance.link.requests.calls import ExportCall, ListCalls, VerifyCalls
from appliance.model.audio import RATE
from appliance.model.records import ListedCall, Verdict
from tests.boxes import TrialBox, make_box
from tests.faults.aftermath import Zygote, zygote
from tests.faults.fault_box import Row
from tests.faults.killable_keeper import keeper_at, later

STATES: dict[State, tuple[str, int]] = {
    State.UNKNOWN: ("agrees", 20),
    State.IDLE: ("agrees", 20),
    State.RINGING: ("agrees", 40),
    State.DIALLING: ("outgoing-agrees", 60),
    State.SETTLING: ("agrees", 20),
    State.ASKING: ("agrees", 200),
    State.AWAITING: ("silent", 60),
    State.INFORMING: ("more-after-the-mark", 60),
    State.CHOOSING: ("chosen-one-by-one", 60),
    State.CONFIRMING: ("agrees", 20),
    State.RECORDING: ("agrees", 333),
    State.PAUSED: ("agrees", 100),
    State.REFUSED: ("refuses", 50),
    State.EXEMPT: ("outgoing-emergency", 50),
    State.PRIVATE: ("agrees", 50),
    State.RETRYABLE: ("silent", 50),
    State.MACHINE: ("machine-tone", 20),
    State.FAR_CHANGED: ("flash-new-party", 50),
    State.ENDED: ("agrees", 0),  # a hang-up is known for one when that second is over
    State.FAULT: ("sound-unplugged", 10),
}
"""State -> a scene that comes into it, and frames of 20 ms that the recorder lives in it."""

AT_EACH_RUN = State.RECORDING
"""A state in which a file is open: it is tried whenever the tests run."""

WRITER, LINE = "writer Reception", "line Reception"
"""The recorder's threads that write during a call."""

LAST_STEPS = 4
"""The writer's at a hang-up: the last block and the end of the file, each written and synced."""

PROMISED = RATE + RATE * 50 // 1000
"""Samples that may be lost: a second, and the lateness that the line's hook source declares."""


@pytest.fixture(scope="module")
def killable() -> Iterator[Zygote]:
    with zygote() as made:
        yield made


def died_in(killable: Zygote, box: TrialBox, state: State) -> int:
    """Kill a recorder in a state; return how many samples it had heard of an agreed call."""
    scene, frames = STATES[state]
    data = box.folders.data
    order = {"data": str(data), "state": state.value, "scene": scene, "frames": frames}
    assert killable.order(**order)["died"]
    said = json.loads((data / "died").read_text())
    (data / "died").unlink()
    assert said["state"] == state
    recorded: int = said["recorded"]
    return recorded


def found_by_a_keeper(box: TrialBox) -> list[tuple[ListedCall, int]]:
    """Start a keeper, twice; return what it lists, and how many samples of each play."""
    for _ in range(2):
        keeper = keeper_at(box.folders.data, now=time.time())
        keeper.keeper.open()
        token = keeper.log_in()
        for _ in range(3):
            later(keeper, 31)
        calls = keeper.ask(ListCalls(), token).calls
        assert set(keeper.ask(VerifyCalls(), token).verdicts.values()) <= {
            Verdict.COMPLETE,
            Verdict.CUT,
            Verdict.SHREDDED,
        }
        play = [
            ((keeper.ask(ExportCall(call.recording), token).total or 0) - 44) // 2 for call in calls
        ]
        assert {call.recording for call in calls} == set(box.recordings())
        assert keeper.sound_audit()
        keeper.keeper.close()
    return list(zip(calls, play, strict=True))


def killed_in(killable: Zygote, folder: Path, state: State) -> Row:
    """Kill a recorder in a state and look at everything."""
    box = make_box(folder / state.value)
    recorded = died_in(killable, box, state)
    left = found_by_a_keeper(box)
    assert len(left) == (recorded > PROMISED), "nothing is kept of what was not recorded"
    plays = sum(play for _, play in left)
    assert recorded - plays <= PROMISED
    cut = {State.RECORDING, State.PAUSED, State.ENDED}
    expected = Verdict.CUT if state in cut else Verdict.COMPLETE
    assert all(call.verdict is expected for call, _ in left)
    assert "sealed" in acts(box) or not left
    again = box.call(named_scene("agrees"), seed=3)
    assert again.result()["outcome"] == "recorded", "the next call is recorded"
    assert len(found_by_a_keeper(box)) == len(left) + 1
    verdict = left[0][0].verdict.value if left else "nothing kept"
    return (state.value, STATES[state][0], f"{recorded / RATE:.2f}", f"{plays / RATE:.2f}", verdict)


def acts(box: TrialBox) -> list[str]:
    return [entry.type for entry, _ in readable(box.folders.audit)]


@pytest.mark.timeout(120)  # a recorder twice, and four keepers with what they start
def test_killed_while_a_file_is_open(killable: Zygote, tmp_path: Path) -> None:
    killed_in(killable, tmp_path, AT_EACH_RUN)


@pytest.mark.faults
@pytest.mark.timeout(1800)
def test_killed_in_each_state(
    killable: Zygote, tmp_path: Path, table: dict[str, list[Row]]
) -> None:
    assert STATES.keys() == set(State)
    table["recorder's states"] += (killed_in(killable, tmp_path, state) for state in STATES)


def cut_at(killable: Zygote, folder: Path, of: str, step: int, **still: int) -> int:
    """Kill a recorder at a step of one of its threads; return how many samples play.

    Args:
        killable: lets it die.
        folder: of the box.
        of: the thread's name.
        step: counted in that thread alone.
        still: a thread that goes no further, and its step that it does not do.
    """
    box = make_box(folder)
    data = box.folders.data
    order = {"act": "call", "data": str(data), "of": of, "step": step, "still": still}
    assert killable.order(**order)["died"]
    said = json.loads((data / "died").read_text())
    (data / "died").unlink()
    plays = sum(play for _, play in found_by_a_keeper(box))
    assert said["durable"] <= plays, "what the box said is on the disk plays"
    assert plays <= said["agreed"], "nothing else does"
    assert said["agreed"] - plays <= PROMISED
    return plays


@pytest.mark.faults
@pytest.mark.timeout(1800)
def test_killed_at_each_write_of_a_call(
    killable: Zygote, tmp_path: Path, table: dict[str, list[Row]]
) -> None:
    box = make_box(tmp_path / "lives")
    steps = killable.order(act="call", data=str(box.folders.data), step=0)["threads"]
    assert steps.keys() == {WRITER, LINE}
    ((_, whole),) = found_by_a_keeper(box)
    plays = [
        cut_at(killable, tmp_path / f"writer {step}", WRITER, step)
        for step in range(1, steps[WRITER] + 1)
    ]
    assert plays == sorted(plays), "the later the cut, the more of it plays"
    assert plays[-1] == whole
    parts = len(set(plays)) - 1
    # At a hang-up the line counts the call while the writer ends the file: either may be ahead.
    ends = range(steps[WRITER] - LAST_STEPS + 1, steps[WRITER] + 1)
    assert plays[ends[0] - 1] < whole, "the last block is one of these"
    for step, end in itertools.product(range(1, steps[LINE] + 1), ends):
        ahead = cut_at(killable, tmp_path / f"line {step} {end}", LINE, step, **{WRITER: end})
        assert ahead == plays[end - 1], "what else is written makes no difference to the sound"
    count = str(sum(steps.values()))
    killed = str(steps[WRITER] + steps[LINE] * LAST_STEPS)
    spoken = f"0 to {plays[-1] / RATE:.1f} s, in {parts} parts"
    table["recorder's steps"].append(("recording a call", count, killed, spoken))
