"""Play every way through the dialogue on lines with other rules, with the whole recorder."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from appliance.exchange.scene import SceneAct
from appliance.model import events as ev
from appliance.model.audio import FRAME, RATE
from appliance.model.policy import PromptKind
from tests.boxes import TrialBox, make_box
from tests.deep import deep
from tests.recorder.calls import Course, play
from tests.scenes.ways import RULES, WAYS, Way, key
from tests.scenes.worded import SECONDS

DEEP = {
    "more-before-the-mark",
    "more-in-a-notice",
    "objected-to-a-part",
    "none-chosen",
    "mixed-refused-early",
    "mixed-refused-late",
    "mixed-wrong-key",
    "mixed-talked-over",
    "mixed-withdrawn",
}
"""Ways that differ from another one only in the dialogue, whose own tests go them as well."""


@pytest.fixture(scope="module", name="box")
def _box(tmp_path_factory: pytest.TempPathFactory) -> TrialBox:
    return make_box(tmp_path_factory.mktemp("ways") / "data", pool_ahead=60)


@pytest.fixture(scope="module", name="words")
def _words(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("words")


def _marked() -> list[Any]:
    return [deep(name) if name in DEEP else name for name in WAYS]


def went(box: TrialBox, words: Path, way: Way) -> Course:
    return play(RULES[way.rules].of(box, words / way.rules), way.scene)


@pytest.mark.parametrize("name", _marked())
def test_a_way_ends_as_it_must(box: TrialBox, words: Path, name: str) -> None:
    way = WAYS[name]
    course = went(box, words, way)
    assert " ".join(course.spoken) == way.said
    if way.purposes is None:
        assert course.notes == [("unrecorded", way.why)]
        assert course.kept == []
        return
    assert course.notes == [("recorded", None)]
    (rid,) = course.kept
    with box.open(rid) as reader:
        receipt, end = reader.receipt, reader.survey.end
        assert end is not None
        gone = {name for mark in reader.survey.marks for name in mark.purposes}
        assert set(receipt.purposes) - gone == way.purposes
        choice = {name for name, basis in RULES[way.rules].bases.items() if basis != "contract"}
        assert set(receipt.refused) == choice - set(receipt.purposes)
        assert end.reason == way.why


@pytest.mark.parametrize("by", ["office key", "machine"])
def test_a_word_about_the_outcome_stops_within_100_ms(box: TrialBox, words: Path, by: str) -> None:
    tone = SceneAct(
        by="caller", do="tone", on="outcome", after_ms=300, seconds=2.0, frequencies=(2100.0,)
    )
    disturbs = key("7", "outcome", 300, by="office") if by == "office key" else tone
    way = replace(WAYS["refused"], acts=(*WAYS["refused"].acts, disturbs))
    course = went(box, words, way)
    assert " ".join(course.spoken) == way.said
    ended = next(e for e in reversed(course.events) if isinstance(e, ev.PromptEnded))
    begun = course.of(ev.KeyBegan if by == "office key" else ev.ToneHeard)[-1]
    assert course.events.index(begun) < course.events.index(ended)
    assert ended.heard_ms < SECONDS[PromptKind.REFUSED] * 1000 - 300, "it broke off"
    if by == "office key":
        assert ended.sample - begun.sample <= RATE // 10 + FRAME
