"""Kept settings that an earlier version let through: one line's devices keep no other away."""

from pathlib import Path

import pytest

from appliance.config.folders import Folders
from appliance.config.kept import InForce, encode_kept, in_force, read_seed, version_file
from appliance.config.mistakes import MistakesFound
from appliance.config.read import trial_text
from appliance.config.settings import Part

SECOND = """
[[line]]
name = "Second"
number = "+48221234569"
hook = { driver = "exchange", modem = "-1" }
audio = { driver = "exchange" }
prompt = { driver = "exchange" }
"""


def kept(tmp_path: Path, text: str) -> InForce:
    """Read settings that the keeper once kept."""
    folders = Folders(tmp_path)
    folders.settings_versions.mkdir(parents=True)
    folders.settings_now.write_bytes(encode_kept(7, text))
    return in_force(folders, read_seed(None))


def test_a_line_whose_devices_cannot_be_used_has_none_and_the_others_go_on(tmp_path: Path) -> None:
    now = kept(tmp_path, trial_text() + SECOND)
    first, second = now.config.lines
    assert (now.version, first.hook.driver) == (7, "exchange")
    assert list(second.parts.values()) == [Part("")] * 3
    assert [(each.key, each.code) for each in now.problem] == [("line.hook.modem", "word_unknown")]


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('modem = "-1"', 'modern = "conexant"'),  # of a newer version, perhaps
        ('country = "PL"', 'country = "Poland"'),
        ('purposes = ["training", "quality"]', 'purposes = ["training", "nothing"]'),
        ('number = "+48221234569"', 'number = "9"'),
    ],
)
def test_any_other_mistake_lets_nothing_begin(tmp_path: Path, right: str, wrong: str) -> None:
    text = trial_text() + SECOND
    assert right in text
    with pytest.raises(MistakesFound):
        kept(tmp_path, text.replace(right, wrong, 1))


@pytest.mark.parametrize("left", [b"", None])
def test_whoever_reads_the_copy_says_that_all_of_it_holds(
    tmp_path: Path, left: bytes | None
) -> None:
    folders = Folders(tmp_path)
    kept(tmp_path, trial_text())
    folders.settings_now.rename(version_file(folders, 7))
    if left is not None:
        folders.settings_now.write_bytes(left)
    now = in_force(folders, read_seed(None))
    assert now.version == 7
    why = "file_missing" if left is None else "kept_cut"
    assert [each.code for each in now.problem] == [why, "kept_copied"]
