"""A system that came up well gets its tries back, and only such a system."""

import os
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "image-build/files/usr/lib/zgoda-card/healthy"


def start(folder: Path, command_line: str, *, serves: bool) -> tuple[int, str]:
    (folder / "bin").mkdir()
    stubs = {"systemctl": f"exit {0 if serves else 3}", "fw_setenv": 'echo "$*" >>"$TOLD"'}
    for name, says in stubs.items():
        (folder / "bin" / name).write_text(f"#!/bin/sh\n{says}\n")
        (folder / "bin" / name).chmod(0o755)
    (folder / "cmdline").write_text(f"{command_line}\n")
    (folder / "told").touch()
    surroundings = {
        "PATH": f"{folder}/bin:{os.environ['PATH']}",
        "TOLD": str(folder / "told"),
        "ZGODA_CMDLINE": str(folder / "cmdline"),
    }
    code = subprocess.run([str(SCRIPT)], env=surroundings, check=False).returncode
    return code, (folder / "told").read_text()


@pytest.mark.parametrize("slot", ["A", "B"])
def test_the_one_that_runs_gets_three(tmp_path: Path, slot: str) -> None:
    told = start(tmp_path, f"root=PARTUUID=7a676f64-02 ro zgoda.slot={slot} quiet", serves=True)

    assert told == (0, f"BOOT_{slot}_LEFT 3\n")


def test_one_whose_box_does_not_serve_gets_none(tmp_path: Path) -> None:
    code, told = start(tmp_path, "zgoda.slot=A", serves=False)

    assert code != 0
    assert told == ""


@pytest.mark.parametrize("line", ["root=/dev/vda ro", "zgoda.slot=C", "xzgoda.slot=A", ""])
def test_without_a_bootloader_nothing_is_written(tmp_path: Path, line: str) -> None:
    assert start(tmp_path, line, serves=True) == (0, "")
