"""Run ``zgoda update``: install an update, or say how it did (units of a card, as root)."""

import subprocess
import sys
from pathlib import Path

import click

from appliance.commands.helpers.options import places_option
from appliance.config.folders import Folders


@click.group(short_help="Install an update (units of a ready-made box).")
def command() -> None:
    """Do what the panel asks for: install an update, or restart into it."""


@command.command("carry-out", epilog="Example: zgoda update carry-out /run/zgoda-keeper/update")
@click.argument("request", type=click.Path(path_type=Path, dir_okay=False))
def carry_out(request: Path) -> None:
    """Carry out what the keeper has written into REQUEST.

    It holds a number and one word: install (from a stick), fetched (what the keeper has fetched)
    or restart. Exit code 0 also where an update was refused: the panel tells why.
    """
    from appliance.card.update.install import InstallPlaces, install, read_request
    from appliance.clock import SystemClock

    asked = read_request(request)
    if asked == "restart":
        subprocess.run(["systemctl", "reboot"], check=True)
        return
    ended = install(InstallPlaces(), SystemClock().now, fetched=asked == "fetched")
    click.echo(f"Update {ended.version} for system {ended.slot}: {ended.outcome}")


@command.command(epilog="Example: zgoda update serves --data /var/lib/zgoda")
@places_option
def serves(folders: Folders) -> None:
    """Say whether the box serves: recorder and keeper answer, and the panel shows a page.

    Exit code 1 if one of them does not; standard error names it.
    """
    from appliance.commands.helpers.serving import silent

    away = silent(folders)
    if away:
        click.echo(f"No answer from: {', '.join(away)}.", err=True)
        sys.exit(1)


@command.command(epilog="Example: zgoda update settle")
def settle() -> None:
    """Note, once the box has come up well, whether the new system runs or the old one."""
    from appliance.card.update.install import InstallPlaces
    from appliance.card.update.install import settle as settle_it

    ended = settle_it(InstallPlaces())
    if ended is not None:
        click.echo(f"Update {ended.version} for system {ended.slot}: {ended.outcome}")
