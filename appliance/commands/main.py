"""The ``zgoda`` command: a list of names; each command's imports wait until it is called."""

import importlib
import os
import sys

import click

from appliance import __version__
from appliance.errors import ZgodaError

COMMANDS = {
    "run": "run",
    "recorder": "recorder",
    "keeper": "keeper",
    "panel": "panel",
    "call": "call",
    "hear": "hear",
    "recordings": "recordings",
    "verify": "verify",
    "audit": "audit",
    "unseal": "unseal",
    "doctor": "doctor",
    "calibrate": "calibrate",
}
"""Command -> module of ``appliance.commands`` whose ``command`` it is."""


class LazyGroup(click.Group):
    """Imports a command's module only when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands in the order of a call's life."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command's module and return its ``command``."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"appliance.commands.{COMMANDS[cmd_name]}")
        command: click.Command = module.command
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="zgoda")
def zgoda() -> None:
    """Record telephone calls, but ask first.

    Exit codes: 0 done, 1 a check failed, 2 wrong use.
    """


def main() -> None:
    """Run the command line; every expected failure is one sentence, never a traceback."""
    # numpy's threads only wait for each other over a frame of sound, at twice the processor's time.
    # It asks for their number once, when a command first imports it.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        zgoda(prog_name="zgoda")
    except ZgodaError as error:
        _fail(str(error))
    except OSError as error:
        # A folder that cannot be made, a disk that is full: what the system says, and of which.
        where = f"{error.filename}: " if error.filename else ""
        _fail(f"{where}{error.strerror or error}.")


def _fail(sentence: str) -> None:
    click.echo(f"zgoda: {sentence}", err=True)
    sys.exit(2)
