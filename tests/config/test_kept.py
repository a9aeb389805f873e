"""Kept settings that an earlier version let through: one line's devices keep no other away."""

from pathlib import Path

import pytest

from appliance.config.folders import Folders
from appliance.config.kept import (  # fmt: skip
    InForce,
    begin_trial,
    encode_kept,
    in_force,
    read_seed,
    version_file,
)
from appliance.config.mistakes import MistakesFound
from appliance.config.read import TRIAL_LINES, trial_text
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
    return in_force(folders, read_seed(None, folders))


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
    now = in_force(folders, read_seed(None, folders))
    assert now.version == 7
    why = "file_missing" if left is None else "kept_cut"
    assert [each.code for each in now.problem] == [why, "kept_copied"]


@pytest.mark.parametrize(("language", "name"), list(TRIAL_LINES.items()))
def test_a_new_trial_names_its_line_in_the_language_of_who_began_it(
    tmp_path: Path, language: str, name: str
) -> None:
    folders = Folders(tmp_path / "data")
    begin_trial(folders, "de")
    begin_trial(folders, language)  # nobody has set it up yet
    (line,) = read_seed(None, folders).config().lines
    assert line.name == name
    folders.keyring[0].touch()
    for other in TRIAL_LINES:
        begin_trial(folders, other)  # recordings keep what was sealed, and the line keeps its name
        assert read_seed(None, folders).config().lines == (line,)


@pytest.mark.parametrize("said", [b"", b"xx\n", b"pl", b"pl\npl\n", b'"\n'])
def test_a_trial_whose_language_cannot_be_read_is_in_english(tmp_path: Path, said: bytes) -> None:
    folders = Folders(tmp_path)
    folders.trial.write_bytes(said)
    assert read_seed(None, folders).text == trial_text()
