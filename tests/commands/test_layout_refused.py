"""Have each command refuse a newer folder, of which not one byte changes."""

import subprocess
import sys
from pathlib import Path

import pytest

from appliance.exchange.scene import Scene
from appliance.keeper.service import Keeper
from tests.boxes import TrialBox, make_box
from tests.tree import contents

NEWER = "zgoda data folder, layout 2\n"
REFUSED = (
    "zgoda: The data folder {data} was made by a newer Zgoda (layout 2; this one knows 1). "
    "Install that version, or restore a backup.\n"
)
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


@pytest.fixture(scope="module")
def newer(tmp_path_factory: pytest.TempPathFactory) -> tuple[TrialBox, dict[str, str]]:
    """A box with a recording, whose folder a newer version has marked since."""
    outside = tmp_path_factory.mktemp("outside")
    box = make_box(outside / "data", pool_ahead=4)
    rid = box.call(Scene.ordinary("+48221234567", "1", talk=0.5)).recording
    assert rid is not None
    keeper = Keeper(box.config, box.folders, box.clock)
    keeper.open()
    keeper.close()
    file, copy, spare = box.folders.recordings / rid, outside / "copy", outside / "spare"
    copy.write_bytes(file.read_bytes())
    spare.mkdir()
    (spare / "keyring.0").write_bytes(box.folders.keyring[0].read_bytes())
    box.folders.layout.write_text(NEWER)
    return box, {
        "data": str(box.folders.data),
        "file": str(file),
        "copy": str(copy),
        "spare": str(spare),
        "sheet": box.sheet.text,
        "out": str(outside / "out.wav"),
    }


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_refuses_it_and_changes_nothing(
    name: str, newer: tuple[TrialBox, dict[str, str]]
) -> None:
    box, places = newer
    outside = box.folders.data.parent
    before = contents(outside)
    words = [word.format(**places) for word in COMMANDS[name]]
    done = subprocess.run(
        [sys.executable, "-m", "appliance", *words],
        check=False,
        capture_output=True,
        text=True,
        timeout=15,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == REFUSED.format(data=box.folders.data)
    assert contents(outside) == before
    assert not Path(places["out"]).exists()
