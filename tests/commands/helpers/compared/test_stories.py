"""``zgoda verify-proof`` says of each story what the specification says."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from appliance.commands.main import zgoda
from tests.vectors.specified import specified
from tests.vectors.stories import KINDS, VECTORS, build

KNOWN: dict[str, Any] = json.loads(VECTORS.read_text("utf-8"))
STORIES: dict[str, Any] = KNOWN["vectors"]
FILES: dict[str, Any] = KNOWN["files"]


def put(name: str, folder: Path) -> Path:
    """Write a file, or the folder of a log."""
    path, content = folder / name, FILES[name]
    if isinstance(content, str):
        path.write_text(content, "utf-8")
        return path
    for below, text in content.items():
        file = path / below
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return path


def words(told: dict[str, Any], folder: Path) -> list[str]:
    """Return the words of the command for a story, with its files written."""
    found = [str(put(name, folder)) for name in (*told["proofs"], *told["certificates"])]
    for name in told["heads"]:
        found += ["--head", str(put(name, folder))]
    for name in told["authorities"]:
        found += ["--authority", str(put(name, folder))]
    return [*found, *(["--audit", str(put(told["log"], folder))] if told["log"] else [])]


def run(*given: str) -> tuple[int, str]:
    done = CliRunner().invoke(
        zgoda, ["verify-proof", *given, "--fingerprint", KNOWN["fingerprint"]]
    )
    assert "Traceback" not in done.output
    return done.exit_code, done.output


def test_the_vectors_are_those_that_the_specification_makes() -> None:
    assert build() == KNOWN


def test_every_vector_stands_in_the_specification_and_the_other_way_round() -> None:
    must = {name: one["outcome"] for name, one in STORIES.items()}
    assert specified("## 20. Files against each other") == must
    used = {name for one in STORIES.values() for kind in KINDS for name in one[kind]}
    used |= {one["log"] for one in STORIES.values()}
    assert used - {None} == set(FILES)


@pytest.mark.parametrize("name", STORIES)
def test_a_story_comes_to_what_it_must(name: str, tmp_path: Path) -> None:
    told = STORIES[name]
    given = words(told, tmp_path)
    code, said = run(*given, "--json")
    answer = json.loads(said)
    codes = sorted({one["code"] for one in answer.get("evidence", [])})
    assert (code, answer["outcome"], codes) == (
        0 if told["outcome"] == "whole" else 1,
        told["outcome"],
        told["codes"],
    )
    code, said = run(*given)
    assert code == (told["outcome"] != "whole")
    first = said.splitlines()[0]
    assert first.startswith("No witness outside the device.") is ("no_witness" in told["codes"])
    assert first.startswith("Witness outside the device: ") is bool(
        {"witness", "witness_stamp"} & set(told["codes"])
    )


@pytest.mark.parametrize("name", [name for name, one in FILES.items() if isinstance(one, dict)])
def test_each_log_is_sound_by_itself(name: str, tmp_path: Path) -> None:
    """Whoever has the keys writes a log that holds together: only what is outside shows it."""
    put(name, tmp_path).rename(tmp_path / "audit")
    done = CliRunner().invoke(zgoda, ["audit", "verify", "--data", str(tmp_path)])
    assert done.exit_code == 0, done.output
