"""Run the ``zgoda`` command and import each subcommand only when it is called."""

import importlib
import os
import sys
from io import TextIOWrapper

import click

from appliance.commands.helpers.refusals import exit_code, told
from appliance.errors import ZgodaError, print_faults_without_text
from appliance.model.release import MODEL, SUPPORTED_UNTIL, VERSION

PROCESSES = (
    *("run", "recorder", "keeper", "panel", "proxy", "courier", "release", "card"),
    *("update", "stick", "board", "usb"),
)
RECOVERY = ("backup", "restore", "drill")
COMMANDS = (
    *PROCESSES,
    *(
        "call",
        "hear",
        "isdn",
        "recordings",
        "ask",
        "erase-all",
        "time",
        "verify",
        "audit",
        "people",
        "unseal",
    ),
    "verify-proof",
    *("settings", "first-run"),
    *RECOVERY,
    *("doctor", "calibrate", "certificate", "words", "forget"),
)
"""Each is the ``command`` of the module of that name, with ``_`` for ``-``, in
``appliance.commands``; those which a service runs are in ``processes``, those which open a backup
in ``recovery``, and ``ask`` in ``asking``."""


ABOUT = f"%(prog)s, version %(version)s\n{MODEL}; security fixes until {SUPPORTED_UNTIL}"
"""Told by ``zgoda --version``."""


class LazyGroup(click.Group):
    """A group that imports a subcommand's module when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands in the order of a call's life."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command's module and return its ``command``."""
        if cmd_name not in COMMANDS:
            return None
        rooms = dict.fromkeys(PROCESSES, "processes.") | dict.fromkeys(RECOVERY, "recovery.")
        rooms["ask"] = "asking."
        room = rooms.get(cmd_name, "")
        name = f"appliance.commands.{room}{cmd_name.replace('-', '_')}"
        module = importlib.import_module(name)
        command: click.Command = module.command
        return command


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="\b\nExample: zgoda run --data data\nzgoda COMMAND --help explains a command.",
)
@click.version_option(VERSION, prog_name="zgoda", message=ABOUT)
def zgoda() -> None:
    """Record telephone calls, but ask the caller first.

    The box is three processes. The recorder listens to the lines, the keeper keeps the recordings,
    and the panel is the web page for people. "zgoda run" starts all three for a trial on a
    simulated line. Where other computers reach the panel, a proxy adds TLS; where mail, backups by
    SFTP or updates from the network are set up, a courier speaks to the servers.

    Exit codes: 0 done, 1 a check failed, 2 it could not be done; one sentence says why.
    """


def main() -> None:
    """Run the command line; report every expected failure in one sentence, without a traceback."""
    # numpy's threads only wait for each other over a frame of sound, and take twice the processor
    # time. It reads their number once, when a command first imports it.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    print_faults_without_text()
    if isinstance(sys.stdout, TextIOWrapper) and sys.stdout.errors == "strict":
        sys.stdout.reconfigure(errors="replace")  # a terminal that lacks a letter gets "?" for it
    try:
        zgoda(prog_name="zgoda")
    except (ZgodaError, OSError) as error:  # a folder that cannot be made, a full disk
        click.echo(f"zgoda: {told(error)}", err=True)
        sys.exit(exit_code(error))
