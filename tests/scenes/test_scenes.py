"""Scenes through the whole recorder, at speed: what must become of each call does."""

from pathlib import Path

import pytest

from appliance.lines.scene import Scene
from appliance.lines.scenes import named_scene, scene_names
from tests.boxes import TrialBox, make_box

GAINS = [-6.0, 6.0]
AT_OTHER_LEVELS = ["agrees", "refuses", "near-key", "near-key-echo", "flash-new-party"]


@pytest.fixture(scope="module", name="box")
def _box(tmp_path_factory: pytest.TempPathFactory) -> TrialBox:
    """One box for all calls: each starts on a line of its own."""
    folder: Path = tmp_path_factory.mktemp("scenes")
    return make_box(folder / "data", pool_ahead=100)


def check(box: TrialBox, scene: Scene, seed: int = 0) -> None:
    before = set(box.recordings())
    result = box.call(scene, seed=seed).result()
    assert scene.expect is not None
    told = (result["outcome"], result["reason"])
    assert told == (scene.expect.outcome, scene.expect.reason or scene.expect.ended)
    new = set(box.recordings()) - before
    assert len(new) == (scene.expect.outcome == "recorded")


@pytest.mark.parametrize("name", [name for name in scene_names() if ":" not in name])
def test_a_scene_ends_as_it_must(box: TrialBox, name: str) -> None:
    check(box, named_scene(name))


@pytest.mark.parametrize("gain_db", GAINS)
@pytest.mark.parametrize("name", AT_OTHER_LEVELS)
def test_a_louder_or_quieter_network_changes_nothing(
    box: TrialBox, name: str, gain_db: float
) -> None:
    check(box, named_scene(name).on_line(gain_db=gain_db), seed=1)
