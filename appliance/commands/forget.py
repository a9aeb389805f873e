"""Run ``zgoda forget``: make a box forget everything before it is given away."""

import os
import shutil
from pathlib import Path

import click

from appliance.commands.helpers.options import config_option, data_option, read_config
from appliance.commands.helpers.terminal import here
from appliance.config.folders import Folders
from appliance.errors import FileFormatError, Refused, VaultError, ZgodaError
from appliance.keeper.first_run.create import has_vault, make_eraser
from appliance.keeper.storage.owner import own
from appliance.language import N_
from appliance.model.sentences.faults import in_words, noted
from appliance.vault import ahead
from appliance.vault.disk import Disk
from appliance.vault.layout import check_layout
from appliance.vault.opening.eraser import Eraser
from appliance.vault.opening.keyring import Keyring

LEFT = N_("The settings file and the TLS certificate stay: remove them if they name you.")


@click.command(
    short_help="Make a box forget everything, to be given away.",
    epilog="Example: zgoda forget --data /var/lib/zgoda --config /etc/zgoda/zgoda.toml --yes",
)
@data_option
@config_option
@click.option("--yes", is_flag=True, help="It is meant; without it nothing is done.")
def command(folders: Folders, config_file: Path | None, yes: bool) -> None:
    """Make the box forget everything: people, passwords, settings of the vault, the audit.

    For a box that is given away, as root, with the services stopped. Erase all recordings first:
    see "zgoda erase-all". The key of all keys is overwritten, then the data folder is emptied.
    """
    if not folders.data.is_dir():
        raise ZgodaError(in_words("no_data_folder", path=folders.data))
    check_layout(folders)
    lock = own(folders)
    try:
        eraser = make_eraser(folders, read_config(config_file))
        _refuse_recordings(folders, eraser)
        if not yes:
            raise Refused("not_confirmed")
        eraser.wipe_all()
        _empty(folders.data)
    finally:
        os.close(lock)
    click.echo(here(N_("Everything on the device is erased. Its next start is a first run.")))
    click.echo(here(LEFT))


def _refuse_recordings(folders: Folders, eraser: Eraser) -> None:
    """Refuse as long as a recording can be opened; a root that is gone opens none."""
    if not has_vault(folders) or not eraser.generations():
        return
    try:
        keyring = Keyring.open(folders.keyring, eraser)
    except FileFormatError as error:
        raise VaultError(
            noted(
                "left_unknown",
                f"{error} Whether recordings are left cannot be known, so nothing was done.",
                because=error,
            )
        ) from error
    waiting = {
        name for name, about in ahead.files(folders.new).items() if not ahead.is_empty(about)
    }
    left = {name for name in waiting | set(os.listdir(folders.recordings)) if name in keyring}
    count = max(len(left), keyring.count_taken_up())
    if count:
        raise VaultError(in_words("recordings_left", count=count))


def _empty(data: Path) -> None:
    """Remove what is in the data folder; it and its places stay, with their owners and modes.

    The keeper would make them for itself alone, and the recorder could not write to them.
    """
    places = [path for path in data.iterdir() if path.is_dir() and not path.is_symlink()]
    for path in (*data.iterdir(), *(left for place in places for left in place.iterdir())):
        if path in places:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    for folder in (*places, data):
        Disk().sync_folder(folder)
