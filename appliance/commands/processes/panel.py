"""Run ``zgoda panel``, the process that browsers talk to."""

import os
import sys

import click

CALLED = "ZGODA_CALLED"
"""The environment's name of what a person typed, for the help of the process that it becomes."""


@click.command(
    short_help="Serve the web panel (a process of the box).",
    epilog="Example: zgoda panel --data data --port 8470",
    context_settings={"ignore_unknown_options": True, "help_option_names": []},
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(arguments: tuple[str, ...]) -> None:
    """Serve the web panel; takes the options of ``python -m web``.

    These are --config, --data, --run, --keeper-user, --host, --port, --socket and --allow-user.
    """
    # This package never imports the panel's: the process becomes it.
    os.environ[CALLED] = "zgoda panel"
    os.execv(sys.executable, [sys.executable, "-m", "web", *arguments])  # noqa: S606  # our own interpreter
