"""Calls on a line that an emulated modem makes alone, and holds while it hears and speaks."""

from pathlib import Path

import pytest

from appliance.call.call import Call
from appliance.model import actions as act
from appliance.model import events as ev
from appliance.model.audio import RATE
from appliance.model.records import Verdict
from appliance.model.terms import Grade, Hook
from tests.deep import deep
from tests.exchange.modem.alone import AloneLine, alone
from tests.exchange.modem.bench import NUMBER

FIGURES = (Path(__file__).parent / "alone.toml").read_text("utf-8")
MU_LAW = "silabs"
"""A modem that offers a law. One with 8 bits linear alone loses quiet words, and its question
counts as not heard."""


def key_at_the_mark(line: AloneLine, by: str, key: str = "1") -> None:
    """Let somebody press a key once the question has been said."""
    pressed: list[str] = []

    def seen(event: ev.Event, call: Call) -> None:
        if isinstance(event, ev.PromptMarked) and not pressed:
            pressed.append(key)
            line.does(by, "key", 0.6, keys=key)  # type: ignore[arg-type]

    line.seen = seen  # type: ignore[method-assign]


def test_a_whole_consented_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with alone(tmp_path, MU_LAW, monkeypatch, FIGURES) as line:
        key_at_the_mark(line, "caller")
        line.called()
        line.does("office", "hang_up", 26)
        line.run(31)
        (rid,) = line.box.recordings()
        off = next(e for e in line.events if isinstance(e, ev.HookChanged) and e.hook is Hook.OFF)
        keys = [each for each in line.events if isinstance(each, ev.DigitPressed)]
        assert [(key.key, key.grade) for key in keys] == [("1", Grade.B)]  # never A
        assert not any(line.held[: off.sample // 160])
        assert line.held[18 * 50]
        assert not any(line.held[-50:])
    assert line.notes == [("recorded", None)]
    with line.box.open(rid) as reader:
        assert reader.survey.verdict is Verdict.COMPLETE
        assert reader.samples > 2 * RATE


def test_a_key_of_the_office_is_no_consent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with alone(tmp_path, MU_LAW, monkeypatch, FIGURES) as line:
        key_at_the_mark(line, "office")
        line.called()
        line.does("office", "hang_up", 24)
        line.run(27)
    assert line.notes == [("unrecorded", "interrupted")]
    assert line.box.recordings() == []


def test_unplugged_while_it_records_it_is_cut_and_ready_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with alone(tmp_path, MU_LAW, monkeypatch, FIGURES) as line:
        key_at_the_mark(line, "caller")
        line.called()
        line.after(26, line.unplug)
        line.does("office", "hang_up", 27)
        line.after(30, lambda: setattr(line, "unplugged", False))
        line.run(40)
        assert line.states[-1] == "idle"
        back = next(e for e in line.events if isinstance(e, ev.LineRestored) and e.part == "hook")
        assert back.sample < (30 + 10) * RATE
        assert not any(line.held[26 * 50 + 2 :])
        (rid,) = line.box.recordings()
    with line.box.open(rid) as reader:
        assert reader.survey.end is not None
        assert reader.survey.end.reason == "cut"
        assert reader.samples > RATE


def test_it_does_not_take_the_line_of_a_call_that_the_office_makes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with alone(tmp_path, MU_LAW, monkeypatch, FIGURES) as line:
        line.does("office", "lift", 4)
        line.does("office", "key", 6, keys="112")
        line.does("office", "hang_up", 14)
        line.called(after=18)
        line.does("office", "hang_up", 36)
        line.run(38)
    assert not any(line.held)
    assert not any(isinstance(each, act.Play) for each in line.actions)


@pytest.mark.parametrize("dials", [15.2, deep(16.5)])
def test_a_caller_who_had_given_up_leaves_the_line_to_whoever_dials(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dials: float
) -> None:
    """Lifted within six seconds of a ring, but to call for help: pulses need a loop that opens."""
    with alone(tmp_path, MU_LAW, monkeypatch, FIGURES) as line:
        line.does("caller", "call", 4, number=NUMBER)
        line.does("caller", "hang_up", 11)
        line.does("office", "lift", 13.5)
        line.does("office", "key", dials, keys="112")
        line.does("office", "hang_up", 24)
        line.run(26)
        let_go = max(at for at, held in enumerate(line.held) if held) / 50
        assert let_go < dials
    assert not any(isinstance(each, act.Play) for each in line.actions)
