"""The wheel holds all that a box needs: prompts, profiles, scenes, pages, words."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

LOOK_AND_CALL = """
import sys
import appliance
print(appliance.__file__)
from appliance.commands.main import main
sys.argv[1:] = ["call", "--data", "box", "--answer", "1", "--talk", "1"]
main()
"""


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert built.returncode == 0, built.stderr
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "all")
    return folder / "all"


def test_a_call_runs_from_the_wheel_alone(unpacked: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOOK_AND_CALL],
        check=False,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(unpacked)},
        capture_output=True,
        text=True,
    )
    where, unreal, became, *_ = done.stdout.splitlines()
    assert Path(where).is_relative_to(unpacked)
    assert unreal.startswith("Simulated call: ")
    assert became.startswith("Recorded as ")


def test_the_doctor_speaks_from_the_wheel_alone(unpacked: Path, tmp_path: Path) -> None:
    fresh = unpacked / "appliance/config/fresh.toml"
    command = ["doctor", "--config", str(fresh), "--data", str(tmp_path / "data")]
    done = subprocess.run(
        [sys.executable, "-m", "appliance", *command],
        check=False,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(unpacked)},
        capture_output=True,
        text=True,
    )
    assert done.returncode in {0, 1}
    assert (done.stderr, "Traceback" in done.stdout) == ("", False)
    assert "follow the first run" in done.stdout


def test_pages_and_their_words_are_in_it(unpacked: Path) -> None:
    here = {
        path.relative_to(ROOT).as_posix()
        for folder in ("web/templates", "web/static", "appliance/translations")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and path.suffix != ".po"
    }
    there = {path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*")}
    assert here - there == set()
    assert "appliance/firmware_config/monitors/lm1.toml" in there
