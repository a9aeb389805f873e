"""Scenes through the whole recorder, at speed: what must become of each call does."""

from pathlib import Path

import pytest

from appliance.lines.scenes import named_scene, scene_names
from tests.boxes import TrialBox, make_box
from tests.scenes.playing import expected, play
from tests.scenes.table import HEAD, line

GAINS = [-6.0, 6.0]
AT_OTHER_LEVELS = ["agrees", "refuses", "near-key"]
PAGE = Path(__file__).parents[2] / "docs" / "scenes.md"


@pytest.fixture(scope="module", name="box")
def _box(tmp_path_factory: pytest.TempPathFactory) -> TrialBox:
    """One box for all calls: each starts on a line of its own."""
    folder: Path = tmp_path_factory.mktemp("scenes")
    return make_box(folder / "data", pool_ahead=200)


@pytest.mark.parametrize("name", scene_names())
def test_a_scene_ends_as_it_must(box: TrialBox, name: str) -> None:
    scene = named_scene(name)
    assert play(box, scene) == expected(scene)


@pytest.mark.parametrize("gain_db", GAINS)
@pytest.mark.parametrize("name", AT_OTHER_LEVELS)
def test_a_louder_or_quieter_network_changes_nothing(
    box: TrialBox, name: str, gain_db: float
) -> None:
    scene = named_scene(name).on_line(gain_db=gain_db)
    assert play(box, scene, seed=1) == expected(scene)


@pytest.mark.parametrize("seed", range(1, 5))
def test_a_noisy_line_is_asked_whatever_its_noise(box: TrialBox, seed: int) -> None:
    scene = named_scene("analog-caller:noise-45")
    assert play(box, scene, seed) == expected(scene)


def test_the_table_of_scenes_is_up_to_date() -> None:
    page = PAGE.read_text("utf-8")
    rows = page.removeprefix(HEAD).splitlines(keepends=True)
    scenes = [(name, named_scene(name)) for name in scene_names()]
    wanted = [line(name, scene, expected(scene)) for name, scene in scenes]
    assert page.startswith(HEAD)
    assert [row.split("|")[:5] for row in rows] == [row.split("|")[:5] for row in wanted]
