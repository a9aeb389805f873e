"""A system that came up well gets nine tries; a new one that does not makes way."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "image-build/files/usr/lib/zgoda-card/healthy"


@dataclass(frozen=True)
class Said:
    """How the script ended, and what it had done."""

    code: int
    written: str
    asked: list[str]  # of systemctl


def start(
    folder: Path, command_line: str, *, serves: bool, uptime: float = 60, **left: int | str
) -> Said:
    (folder / "bin").mkdir()
    stubs = {
        "systemctl": f'echo "$1" >>"$TOLD.asked"; [ $1 != is-active ] || exit {0 if serves else 3}',
        "fw_setenv": 'echo "$*" >>"$TOLD"',
        "fw_printenv": 'eval "value=\\${$2-}"; [ -n "$value" ] && echo "$value"',
    }
    for name, says in stubs.items():
        (folder / "bin" / name).write_text(f"#!/bin/sh\n{says}\n")
        (folder / "bin" / name).chmod(0o755)
    (folder / "cmdline").write_text(f"{command_line}\n")
    (folder / "uptime").write_text(f"{uptime:.2f} 1.00\n")
    for name in ("told", "told.asked"):
        (folder / name).touch()
    surroundings = {
        "PATH": f"{folder}/bin:{os.environ['PATH']}",
        "TOLD": str(folder / "told"),
        "ZGODA_CMDLINE": str(folder / "cmdline"),
        "ZGODA_UPTIME": str(folder / "uptime"),
        **{f"BOOT_{slot}_LEFT": str(value) for slot, value in left.items()},
    }
    code = subprocess.run([str(SCRIPT)], env=surroundings, check=False).returncode
    told = folder / "told"
    return Said(code, told.read_text(), (folder / "told.asked").read_text().split())


@pytest.mark.parametrize("slot", ["A", "B"])
def test_the_one_that_runs_gets_nine(tmp_path: Path, slot: str) -> None:
    line = f"root=PARTUUID=7a676f64-02 ro zgoda.slot={slot} quiet"
    said = start(tmp_path, line, serves=True, uptime=3600, A=2, B=2)

    assert (said.code, said.written) == (0, f"BOOT_{slot}_LEFT 9\n")
    assert "reboot" not in said.asked


def test_one_whose_box_does_not_serve_gets_none(tmp_path: Path) -> None:
    said = start(tmp_path, "zgoda.slot=A", serves=False)

    assert said.code != 0
    assert said.written == ""
    assert "reboot" not in said.asked


@pytest.mark.parametrize("line", ["root=/dev/vda ro", "zgoda.slot=C", "xzgoda.slot=A", ""])
def test_without_a_bootloader_nothing_is_written(tmp_path: Path, line: str) -> None:
    said = start(tmp_path, line, serves=True, uptime=3600, A=0, B=9)

    assert (said.code, said.written, said.asked) == (0, "", [])


@pytest.mark.parametrize("left", [2, 1, 0])
def test_a_new_one_that_never_serves_restarts_until_the_old_one_is_tried(
    tmp_path: Path, left: int
) -> None:
    said = start(tmp_path, "zgoda.slot=B", serves=False, uptime=600, A=8, B=left)

    assert said.asked[-1] == "reboot"
    assert said.written == ""


@pytest.mark.parametrize(
    ("uptime", "own", "other"),
    [
        pytest.param(599, 2, 9, id="it still has time"),
        pytest.param(9000, 8, 9, id="it came up well before"),
        pytest.param(9000, 2, 3, id="the other never came up"),
        pytest.param(9000, 2, 0, id="the other has no try left"),
        pytest.param(9000, 2, "x", id="nobody knows about the other"),
    ],
)
def test_nothing_restarts_where_that_would_not_help(
    tmp_path: Path, uptime: float, own: int, other: int | str
) -> None:
    """Calls are recorded without a panel, too: a restart has to lead somewhere."""
    said = start(tmp_path, "zgoda.slot=B", serves=False, uptime=uptime, B=own, A=other)

    assert said.code != 0
    assert "reboot" not in said.asked
