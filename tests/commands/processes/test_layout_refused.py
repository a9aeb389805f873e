"""Have each command refuse a newer and an older folder, of which not one byte changes."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.deep import spread
from tests.keeper.older_folder import NAMED, SAID, unpack
from tests.tree import contents

REFUSED = {
    "newer": (
        "zgoda: The data folder {data} was made by a newer Zgoda (layout 5; this one knows 4). "
        "Install that version, or restore a backup into an empty data folder.\n"
    ),
    "older": (
        "zgoda: The data folder {data} was made by an older Zgoda (layout 1; this one knows 4). "
        "Open it with that version, or begin with an empty folder.\n"
    ),
}
COMMANDS = {
    "recorder": ["recorder", "--data", "{data}"],
    "keeper": ["keeper", "--data", "{data}"],
    "run": ["run", "--data", "{data}", "--port", "1"],
    "call": ["call", "--data", "{data}"],
    "doctor": ["doctor", "--data", "{data}"],
    "audit verify": ["audit", "verify", "--data", "{data}"],
    "verify": ["verify", "{data}"],
    "verify one": ["verify", "{file}"],
    "verify a copy": [
        *("verify", "{copy}", "--sheet", "{sheet}"),
        *("--keyring", "{data}/keyring.0"),
    ],
    "unseal": [
        *("unseal", "{file}", "--sheet", "{sheet}", "--keyring", "{spare}/keyring.0"),
        *("--root", "{data}/root", "--out", "{out}"),
    ],
    "unseal a copy": [
        *("unseal", "{copy}", "--sheet", "{sheet}"),
        *("--keyring", "{data}/keyring.1", "--out", "{out}"),
    ],
}


@pytest.fixture(params=["newer", "older"])
def age(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def places(tmp_path: Path, age: str) -> dict[str, str]:
    """A folder of another version, unmarked if older, and copies of what is in it elsewhere."""
    folders = unpack(tmp_path)
    file, copy, spare = folders.recordings / NAMED["whole"], tmp_path / "copy", tmp_path / "spare"
    copy.write_bytes(file.read_bytes())
    spare.mkdir()
    (spare / "keyring.0").write_bytes(folders.keyring[0].read_bytes())
    if age == "newer":
        folders.layout.write_text("zgoda data folder, layout 5\n")
    paths = {"data": folders.data, "file": file, "copy": copy, "spare": spare}
    named = {name: str(path) for name, path in paths.items()}
    return {**named, "sheet": SAID["sheet"], "out": str(tmp_path / "out.wav")}


@pytest.mark.parametrize("name", spread(list(COMMANDS), 3))
def test_a_command_refuses_it_and_changes_nothing(
    name: str, age: str, places: dict[str, str], tmp_path: Path
) -> None:
    before = contents(tmp_path)
    words = [word.format(**places) for word in COMMANDS[name]]
    done = subprocess.run(
        [sys.executable, "-m", "appliance", *words],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == REFUSED[age].format(**places)
    assert contents(tmp_path) == before
