"""Run ``zgoda update``: install an update, or note how it did (units of a card, as root)."""

import subprocess
from pathlib import Path

import click


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


@command.command(epilog="Example: zgoda update settle")
def settle() -> None:
    """Note, once the box has come up well, whether the new system runs or the old one."""
    from appliance.card.update.install import InstallPlaces
    from appliance.card.update.install import settle as settle_it

    ended = settle_it(InstallPlaces())
    if ended is not None:
        click.echo(f"Update {ended.version} for system {ended.slot}: {ended.outcome}")
