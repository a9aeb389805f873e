"""Play every way through the dialogue on lines with other rules, through the whole recorder."""

from pathlib import Path

import pytest

from tests.boxes import TrialBox, make_box
from tests.recorder.calls import Course, play
from tests.scenes.ways import RULES, WAYS, Way


@pytest.fixture(scope="module", name="box")
def _box(tmp_path_factory: pytest.TempPathFactory) -> TrialBox:
    return make_box(tmp_path_factory.mktemp("ways") / "data", pool_ahead=60)


@pytest.fixture(scope="module", name="words")
def _words(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("words")


def went(box: TrialBox, words: Path, way: Way) -> Course:
    return play(RULES[way.rules].of(box, words / way.rules), way.scene)


@pytest.mark.parametrize("name", WAYS)
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
