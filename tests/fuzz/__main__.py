"""Hunt for crashing inputs: ``python -m tests.fuzz``, one target a core; see ``--help``.

``hunt NAME`` is what runs in each process. Everything that it writes lies in ``build/fuzz``; the
figures of a whole hunt go into ``tests/fuzz/figures.json`` and into ``docs/faults.md``.
"""

import json
import os
import re
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import Any

import click

from tests.fuzz.every import HERE, names, target, write_seeds
from tests.fuzz.page import FIGURES, Figures, put_in
from tests.fuzz.stretches import Stretch, in_stretches

ROOT = HERE.parent.parent
MADE = ROOT / "build/fuzz"
INPUTS, SECONDS = 1_000_000, 2 * 3600
_WRITING = threading.Lock()
_DONE = re.compile(r"^Done (\d+) runs in (\d+) second", re.M)


@click.group(invoke_without_command=True)
@click.pass_context
def main(context: click.Context) -> None:
    """Hunt for inputs that crash a parser."""
    if context.invoked_subcommand is None:
        context.invoke(everything)


@main.command()
def seeds() -> None:
    """Write the seeds that are missing."""
    write_seeds()


@main.command()
@click.argument("name", type=click.Choice(names()))
@click.option("--inputs", default=INPUTS, show_default=True)
@click.option("--seconds", default=SECONDS, show_default=True)
def hunt(name: str, inputs: int, seconds: int) -> None:
    """Hunt on one target in this process."""
    import atheris  # noqa: PLC0415 - an extra: seeds and tests need none

    from tests.fuzz.hunting import hunt as hunted  # noqa: PLC0415

    with atheris.instrument_imports(include=["appliance", "web"], enable_loader_override=False):
        found = target(name)
    hunted(found, MADE / name, inputs, seconds)


@main.command()
@click.argument("wanted", nargs=-1, type=click.Choice(names()))
@click.option("--inputs", default=INPUTS, show_default=True, help="Of each target at most.")
@click.option("--seconds", default=SECONDS, show_default=True, help="Of each target at most.")
@click.option("--at-once", default=os.cpu_count() or 1, show_default="one a core")
def everything(wanted: tuple[str, ...], inputs: int, seconds: int, at_once: int) -> None:
    """Hunt on the WANTED targets or on all, and write the figures down."""
    wanted = wanted or tuple(names())
    with ThreadPoolExecutor(at_once) as pool:
        rows = list(pool.map(lambda name: _hunted(name, inputs, seconds), wanted))
    crashed = [row for row in rows if row["crashes"] or row["died"]]
    for row in crashed:
        click.echo(
            f"{row['target']}: {row['crashes']} crashes, see {MADE / row['target']}", err=True
        )
    sys.exit(1 if crashed else 0)


def _hunted(name: str, inputs: int, seconds: int) -> dict[str, Any]:
    """Let processes hunt on a target, and return the figures of all."""
    folder = MADE / name
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("died-*"):
        old.unlink()
    (folder / "log").unlink(missing_ok=True)
    found = in_stretches(partial(_stretch, name), inputs, seconds, target(name).stretch or inputs)
    row = {
        "target": name,
        "inputs": found.inputs,
        "seconds": found.seconds,
        "crashes": len(found.crashes),
        "died": found.died,
        "limit": f"{inputs:,} or {seconds:,} s",
        "day": datetime.now(UTC).date().isoformat(),
    }
    with _WRITING:
        _write(row)
    click.echo(f"{name}: {row['inputs']} inputs, {row['seconds']} s, {row['crashes']} crashes")
    return row


def _stretch(name: str, inputs: int, seconds: int) -> Stretch:
    """Let one process hunt, and return its figures."""
    folder = MADE / name
    command = [sys.executable, "-m", "tests.fuzz", "hunt", name]
    command += [f"--inputs={inputs}", f"--seconds={seconds}"]
    with (folder / "log").open("ab") as log:
        before = log.tell()
        code = subprocess.run(command, check=False, stdout=log, stderr=log, cwd=ROOT).returncode
    figures = json.loads((folder / "figures.json").read_text())
    done = _DONE.search((folder / "log").read_bytes()[before:].decode("utf-8", "replace"))
    return Stretch(
        # One that ended early has not said how far it came; the hunt wrote that down meanwhile.
        inputs=int(done[1]) if done else figures["inputs"],
        seconds=int(done[2]) if done else round(figures["seconds"]),
        crashes=figures["crashes"],
        died=code != 0 or done is None,
    )


def _write(row: dict[str, Any]) -> None:
    """Put new figures in place of those of the same target, here and on the page."""
    kept: Figures = json.loads(FIGURES.read_text()) if FIGURES.exists() else []
    there = {known["target"]: known for known in kept} | {row["target"]: row}
    figures = [there[name] for name in sorted(there) if name in names()]
    FIGURES.write_text(json.dumps(figures, indent=1) + "\n")
    page = ROOT / "docs/faults.md"
    page.write_text(put_in(page.read_text("utf-8"), figures), "utf-8")


if __name__ == "__main__":
    main()
