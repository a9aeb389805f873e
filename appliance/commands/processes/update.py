"""Run ``zgoda update``: install the update of a stick (units of a memory card, as root)."""

import subprocess
from pathlib import Path

import click


@click.group(short_help="Install the update of a stick (units of a ready-made box).")
def command() -> None:
    """Do what the panel asks for: install an update, or restart into it."""


@command.command("carry-out", epilog="Example: zgoda update carry-out /run/zgoda-keeper/update")
@click.argument("request", type=click.Path(path_type=Path, dir_okay=False))
def carry_out(request: Path) -> None:
    """Carry out what the keeper has written into REQUEST.

    It holds the word install or restart, and a number. Exit code 0 also where an update was
    refused: the panel tells why.
    """
    from appliance.card.update.install import Places, install, read_request
    from appliance.clock import SystemClock

    if read_request(request) == "restart":
        subprocess.run(["systemctl", "reboot"], check=True)
        return
    ended = install(Places(), SystemClock().now)
    click.echo(f"Update {ended.version} for system {ended.slot}: {ended.outcome}")


@command.command(epilog="Example: zgoda update settle")
def settle() -> None:
    """Note, once the box has come up well, whether the new system runs or the old one."""
    from appliance.card.update.install import Places
    from appliance.card.update.install import settle as settle_it

    ended = settle_it(Places())
    if ended is not None:
        click.echo(f"Update {ended.version} for system {ended.slot}: {ended.outcome}")
