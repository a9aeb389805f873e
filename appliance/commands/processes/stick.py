"""Run ``zgoda stick``: take a medium by its name for backups (units of a card, as root)."""

import os
from pathlib import Path

import click

from appliance.commands.helpers.options import data_option
from appliance.config.folders import Folders

SAID = {
    "ready": "is mounted for backups",
    "not_empty": "holds something else and was left as it is: empty it, then plug it in again",
    "second": "was left as it is: another medium for backups is plugged in",
    "own": "is the box's own disk and was left as it is",
    "kind": "has a file system that is not read here: format it as exFAT or FAT",
    "damaged": "is damaged and was left as it is: use another medium",
    "failed": "could not be read or prepared: plug it in again, or use another medium",
}


@click.group(short_help="Take a medium for backups (units of a ready-made box).")
def command() -> None:
    """Do what a medium asks for by its name: take it for backups."""


_device = click.argument("device", type=click.Path(path_type=Path, dir_okay=False))


@command.command(epilog="Example: zgoda stick take /dev/sda1 --data /var/lib/zgoda")
@_device
@data_option
def take(device: Path, folders: Folders) -> None:
    """Look at DEVICE, prepare it if it is empty, and mount it for backups.

    It has to have the name ZGODABACKUP. Exit code 0 also where it was left as it is: the panel
    tells why.
    """
    from appliance.keeper.backup.stick import Places
    from appliance.keeper.backup.stick import take as take_it

    click.echo(f"{device} {SAID[take_it(device, Places(data=folders.data))]}.")


@command.command(epilog="Example: zgoda stick leave /dev/sda1")
@_device
def leave(device: Path) -> None:
    """Unmount DEVICE, which was pulled out, or whose preparation was cut off."""
    from appliance.keeper.backup.stick import Places
    from appliance.keeper.backup.stick import leave as leave_it

    leave_it(device, Places(), well=os.environ.get("SERVICE_RESULT", "success") == "success")
