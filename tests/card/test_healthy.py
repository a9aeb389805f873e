"""A system that came up well gets nine tries; a new one that does not makes way."""

import itertools
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "image-build/files/usr/lib/zgoda-card/healthy"

UNITS = ("keeper", "recorder", "panel", "proxy")

STEADY = 30
"""Seconds for which a unit has to have run."""

SYSTEMCTL = """
echo "$1" >>"$TOLD.asked"
case $1 in
is-active) # as systemd does it: true if any of those named is active
    shift 2
    for unit; do
        [ "$(cat "$TOLD.units/$unit")" != active ] || exit 0
    done
    exit 3 ;;
show) cat "$TOLD.since/$4" ;;
esac
"""
STUBS = {
    "systemctl": SYSTEMCTL,
    "fw_setenv": 'echo "$*" >>"$TOLD"',
    "fw_printenv": 'eval "value=\\${$2-}"; [ -n "$value" ] && echo "$value"',
    "zgoda": 'echo "$*" >>"$TOLD.zgoda"; exit "$ANSWERS"',
}


@dataclass(frozen=True)
class Said:
    """How the script ended, and what it had done."""

    code: int
    written: str
    asked: list[str]  # of systemctl
    of_the_box: str  # of zgoda
    error: str


@dataclass(frozen=True)
class Card:
    """A card whose programs are stubs."""

    folder: Path

    def start(
        self,
        command_line: str = "zgoda.slot=A",
        *,
        units: Mapping[str, str] | None = None,
        since: Mapping[str, str] | None = None,
        answers: bool = True,
        uptime: float = 3600,
        **left: int | str,
    ) -> Said:
        """Run the script.

        Args:
            command_line: the kernel's.
            units: states that are not ``active``.
            since: when units became active, in microseconds, if not in the first minute.
            answers: whether ``zgoda update serves`` says so.
            uptime: of the machine, in seconds.
            left: tries that the systems A and B have left.
        """
        told = self.folder / "told"
        for name in ("told", "told.asked", "told.zgoda"):
            (self.folder / name).write_text("")
        for folder, said, usual in (
            ("units", units or {}, "active"),
            ("since", since or {}, "20000000"),
        ):
            (self.folder / f"told.{folder}").mkdir(exist_ok=True)
            for unit in UNITS:
                named = self.folder / f"told.{folder}" / f"zgoda-{unit}.service"
                named.write_text(f"{said.get(unit, usual)}\n")
        (self.folder / "cmdline").write_text(f"{command_line}\n")
        (self.folder / "uptime").write_text(f"{uptime:.2f} 1.00\n")
        surroundings = {
            "PATH": f"{self.folder}/bin:{os.environ['PATH']}",
            "TOLD": str(told),
            "ANSWERS": "0" if answers else "1",
            "ZGODA_PROGRAM": str(self.folder / "bin/zgoda"),
            "ZGODA_CMDLINE": str(self.folder / "cmdline"),
            "ZGODA_UPTIME": str(self.folder / "uptime"),
            **{f"BOOT_{slot}_LEFT": str(value) for slot, value in left.items()},
        }
        done = subprocess.run(
            [str(SCRIPT)], env=surroundings, check=False, capture_output=True, text=True
        )
        return Said(
            done.returncode,
            told.read_text(),
            (self.folder / "told.asked").read_text().split(),
            (self.folder / "told.zgoda").read_text(),
            done.stderr,
        )


@pytest.fixture
def card(tmp_path: Path) -> Card:
    (tmp_path / "bin").mkdir()
    for name, says in STUBS.items():
        (tmp_path / "bin" / name).write_text(f"#!/bin/sh\n{says}\n")
        (tmp_path / "bin" / name).chmod(0o755)
    return Card(tmp_path)


@pytest.mark.parametrize("slot", ["A", "B"])
def test_the_one_that_runs_gets_nine(card: Card, slot: str) -> None:
    said = card.start(f"root=PARTUUID=7a676f64-02 ro zgoda.slot={slot} quiet", A=2, B=2)

    assert (said.code, said.written) == (0, f"BOOT_{slot}_LEFT 9\n")
    assert said.of_the_box == "update serves --data /var/lib/zgoda\n"
    assert "reboot" not in said.asked


def test_the_stub_of_systemctl_answers_as_systemds_own(card: Card) -> None:
    """It is true of several units if one of them is active: each has to be asked alone."""
    card.start(units={"keeper": "failed"})
    ask = [str(card.folder / "bin/systemctl"), "is-active", "--quiet"]
    told = {"TOLD": str(card.folder / "told"), "PATH": os.environ["PATH"]}
    names = {unit: f"zgoda-{unit}.service" for unit in UNITS}

    assert subprocess.run([*ask, *names.values()], env=told, check=False).returncode == 0
    assert subprocess.run([*ask, names["keeper"]], env=told, check=False).returncode == 3


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("state", ["activating", "failed", "inactive", "deactivating"])
def test_one_unit_that_is_not_up_is_enough(card: Card, unit: str, state: str) -> None:
    said = card.start(units={unit: state}, A=2, B=9)

    assert said.written == ""
    assert said.asked[-1] == "reboot"
    assert f"zgoda-{unit}.service does not run" in said.error


def test_of_all_states_only_one_in_which_everything_is_up_gets_nine(card: Card) -> None:
    for states in itertools.product(["active", "activating", "failed"], repeat=len(UNITS)):
        for answers in (True, False):
            said = card.start(
                units=dict(zip(UNITS, states, strict=True)), answers=answers, A=2, B=9
            )
            well = set(states) == {"active"} and answers
            assert said.written == ("BOOT_A_LEFT 9\n" if well else ""), (states, answers)
            assert (said.code == 0) is well
            assert ("reboot" in said.asked) is not well


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize(
    ("since", "well"),
    [
        ((3600 - STEADY) * 1_000_000, True),
        ((3600 - STEADY + 1) * 1_000_000, False),
        (3_599_999_999, False),
        (0, False),
        ("", False),
        ("n/a", False),
    ],
)
def test_a_unit_that_ends_again_and_again_is_not_up(
    card: Card, unit: str, since: object, *, well: bool
) -> None:
    said = card.start(since={unit: str(since)}, A=2, B=2)

    assert said.written == ("BOOT_A_LEFT 9\n" if well else "")


def test_one_whose_processes_do_not_answer_gets_none(card: Card) -> None:
    said = card.start(answers=False, uptime=60)

    assert said.code != 0
    assert said.written == ""
    assert "reboot" not in said.asked


@pytest.mark.parametrize("line", ["root=/dev/vda ro", "zgoda.slot=C", "xzgoda.slot=A", ""])
def test_without_a_bootloader_nothing_is_written(card: Card, line: str) -> None:
    said = card.start(line, A=0, B=9)

    assert (said.code, said.written, said.asked) == (0, "", [])


@pytest.mark.parametrize("left", [2, 1, 0])
def test_a_new_one_that_never_serves_restarts_until_the_old_one_is_tried(
    card: Card, left: int
) -> None:
    said = card.start("zgoda.slot=B", units={"panel": "failed"}, uptime=600, A=8, B=left)

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
    card: Card, uptime: float, own: int, other: int | str
) -> None:
    """Calls are recorded without a panel, too: a restart has to lead somewhere."""
    said = card.start("zgoda.slot=B", answers=False, uptime=uptime, B=own, A=other)

    assert said.code != 0
    assert "reboot" not in said.asked
