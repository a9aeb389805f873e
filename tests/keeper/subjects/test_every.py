"""All subjects of the keeper, put together."""

from dataclasses import replace
from pathlib import Path

import pytest

from appliance.clock import HOUR
from appliance.keeper.subjects.every import Subjects
from tests.keeper.boxes import make_keeper


def test_chores_run_in_their_order(tmp_path: Path) -> None:
    """Each subject brings its own; what ends and takes up comes before what shows and erases."""
    box = make_keeper(tmp_path / "data")
    chores = box.keeper.chores()._chores
    assert [(chore.name, chore.every) for chore in chores] == [
        ("sessions", 1),
        ("tally", 1),
        ("records", 1),
        ("take-up", 30),
        ("silences", 1),
        ("speakers", 1),
        ("time", 60),
        ("lamps", 30),
        ("new day", 1),
        ("entry", 1),
        ("lists", 1),
        ("day", 30),
        ("exempt", 30),
        ("settings", 30),
        ("reserve", 30),
        ("backup", 30),
        ("courier", 1),
        ("mail", 60),
        ("update", 30),
        ("retention", HOUR),
        ("root", HOUR),
        ("prompts", HOUR),
        ("audit", HOUR),
        ("anchor", HOUR),
        ("whole audit", HOUR),
        ("pool", HOUR),
    ]
    box.keeper.close()


def test_no_two_subjects_answer_the_same(tmp_path: Path) -> None:
    box = make_keeper(tmp_path / "data")
    subjects: Subjects = box.keeper._subjects
    assert len(subjects.handlers()) == sum(len(each.handlers) for each in subjects.every)
    with pytest.raises(TypeError, match="has two handlers"):
        replace(subjects, every=(*subjects.every, subjects.every[0])).handlers()
    box.keeper.close()
