"""Check that every scene ends as it must, through the whole recorder at speed."""

from pathlib import Path
from typing import Any

import pytest

from appliance.exchange.script.files import named_scene, scene_names
from tests.boxes import TrialBox, make_box
from tests.deep import deep, spread
from tests.scenes.playing import expected, play, today
from tests.scenes.table import GAINS_DB, SITUATIONS, page

NEVER_ASKED = {"alarm", "care-phone", "modem", "outgoing-emergency", "call-back"}
"""Machines and calls for help: no word is said to them."""
LONG = {"hold-music", "quiet-call"}
"""Calls with a minute of music, or of silence, in them."""
ELSEWHERE = {
    *("hang-up-in-prompt", "key-before-mark", "prompt-muted", "near-key-echo"),
    *("monitor-unplugged", "monitor-unplugged:confirmation"),
    *("sound-unplugged", "sound-unplugged:confirmation"),
    *("disconnect-pulse", "caller-hangs-up", "dropped-frames", "held-across"),
    "outgoing-agrees:pulses",
}
"""Scenes that ``tests/promises`` and ``tests/recorder`` play as well, or the like, and look closer:
at the disk, and at what is heard in the recording.
"""
AT_OTHER_LEVELS = [deep("agrees"), deep("refuses"), "near-key"]
PAGE = Path(__file__).parents[2] / "docs" / "scenes.md"


@pytest.fixture(scope="module", name="box")
def _box(tmp_path_factory: pytest.TempPathFactory) -> TrialBox:
    """One box for all calls: each starts on a line of its own."""
    folder: Path = tmp_path_factory.mktemp("scenes")
    return make_box(folder / "data", pool_ahead=260)


def _marked() -> list[Any]:
    """Leave nine of ten variants, and what lasts longest, to the deep suite."""
    names = list(scene_names())
    variants = [name for name in names if ":" in name]
    kept = {name for name in names if ":" not in name} | set(variants[::10])
    kept -= LONG | ELSEWHERE
    return [name if name in kept and not name.endswith(":long") else deep(name) for name in names]


@pytest.mark.timeout(400)
@pytest.mark.parametrize("name", _marked())
def test_a_scene_ends_as_it_must(box: TrialBox, name: str) -> None:
    scene = named_scene(name)
    ending = play(box, scene)
    assert ending == today(scene)
    if name.partition(":")[0] in NEVER_ASKED:
        assert not ending.spoken
    elif ending.outcome == "recorded":
        assert ending.spoken


@pytest.mark.parametrize("gain_db", GAINS_DB)
@pytest.mark.parametrize("name", AT_OTHER_LEVELS)
def test_a_louder_or_quieter_network_changes_nothing(
    box: TrialBox, name: str, gain_db: float
) -> None:
    scene = named_scene(name).on_line(gain_db=gain_db)
    assert play(box, scene, seed=1) == expected(scene)


@pytest.mark.parametrize("seed", spread(range(1, 5), 1))
def test_a_noisy_line_is_asked_whatever_its_noise(box: TrialBox, seed: int) -> None:
    scene = named_scene("analog-caller:noise-45")
    assert play(box, scene, seed) == expected(scene)


def test_the_table_of_scenes_is_up_to_date() -> None:
    seen = {name: today(named_scene(name)) for name in scene_names()}
    assert PAGE.read_text("utf-8") == "".join(page(seen))


def test_every_situation_has_a_scene() -> None:
    there = {named_scene(name).situation for name in scene_names()}
    assert there == set(range(len(SITUATIONS)))


def test_a_scene_that_is_not_as_it_should_be_says_so_once() -> None:
    behind = [scene for scene in map(named_scene, scene_names()) if scene.today is not None]
    assert [scene.name for scene in behind if today(scene) == expected(scene)] == []


def test_what_is_missed_today_never_records_what_must_not_be_recorded() -> None:
    for scene in map(named_scene, scene_names()):
        assert expected(scene).files >= today(scene).files, scene.name
