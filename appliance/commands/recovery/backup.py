"""Run ``zgoda backup``: prepare a medium, check a copy, open it with the sheet's key."""

import os
import sys
from pathlib import Path

import click

from appliance.commands.helpers.offline_keys import sheet_text
from appliance.commands.helpers.options import data_option, json_option, print_json
from appliance.commands.helpers.terminal import here, local_time
from appliance.config.folders import Folders
from appliance.keeper.backup.checking import check_backup
from appliance.keeper.backup.medium import FOLDER, Medium
from appliance.keeper.backup.preparing import prepare as prepare_medium
from appliance.language import N_
from appliance.vault.disk import wipe
from appliance.vault.opening.backup.age import identity
from appliance.vault.opening.keys import backup_key, read_sheet

SIGNED = N_("Signed by the device whose key has the fingerprint %(key)s.")
BAD = N_("MISSING or ALTERED: %(name)s")

MEDIUM = click.Path(path_type=Path, exists=True, file_okay=False)


@click.group(short_help="Prepare a medium for copies of the vault, and check one.")
def command() -> None:
    """Prepare a medium for copies of the vault, and check one.

    A medium is a folder, such as a mounted USB stick. The box copies by itself once one is prepared
    and named below [backup] in the configuration; "zgoda ask backup.start" begins a copy now, and
    "zgoda ask backup.get" shows how they stand. Copies are sealed; the recovery sheet opens them.
    """


@command.command(epilog="Example: zgoda backup prepare /media/zgoda/backup --data /var/lib/zgoda")
@click.argument("folder", type=MEDIUM)
@data_option
def prepare(folder: Path, folders: Folders) -> None:
    """Prepare FOLDER, where the medium is mounted, for backups.

    It gets the folder "zgoda-backup" with a mark: without one nothing is ever written, so that a
    copy cannot end up on the memory card because the medium is not plugged in. For the same reason
    a folder on the disk of the box itself is refused. Run it as root; the owner of the data folder
    may then write there. Run it again for a medium that another board has written.
    """
    owner = folders.data.stat() if folders.data.is_dir() else None
    given = (owner.st_uid, owner.st_gid) if owner is not None and os.geteuid() == 0 else None
    with prepare_medium(folder, given, Medium.own_devices(folders.data)) as medium:
        prepared = N_("%(path)s is prepared (medium %(id)s). Now write into the settings:")
        click.echo(here(prepared, path=folder / FOLDER, id=medium.id[:8]))
    click.echo(f'\n[backup]\nfolder = "{folder}"\nevery = "day"')


@command.command(epilog="Example: zgoda backup check /media/zgoda/backup")
@click.argument("folder", type=MEDIUM)
@json_option
def check(folder: Path, as_json: bool) -> None:
    """Read a whole backup, and compare every file with what the box has signed.

    Needs no key. Exit code 1 if a file is missing or altered.
    """
    found = check_backup(folder)
    if as_json:
        print_json(
            {"number": found.number, "key": found.key, "files": found.files, "bad": found.bad}
        )
    else:
        of = {"number": found.number, "time": local_time(found.made_at), "files": found.files}
        click.echo(here(N_("Backup %(number)s of %(time)s. Files: %(files)s."), **of))
        click.echo(here(SIGNED, key=found.key))
        for name in found.bad:
            click.echo(here(BAD, name=name))
    if found.bad:
        sys.exit(1)


@command.command(epilog="Example: zgoda backup key --sheet sheet.txt > key.txt")
@click.option("--sheet", required=True, help="The recovery sheet's text, or its file.")
def key(sheet: str) -> None:
    """Print the sheet's backup key as the program "age" takes it: age -d -i key.txt keyring.age.

    Whoever has it opens every backup, though no recording. Burn after reading.
    """
    secret = read_sheet(sheet_text(sheet))
    private = backup_key(secret)
    try:
        click.echo(identity(private))
    finally:
        wipe(secret, private)
