"""Run ``zgoda drill``: prove the recovery sheet on a recording of a backup."""

from pathlib import Path

import click

from appliance.commands.helpers.call_rows import say_what_is_not_real
from appliance.commands.helpers.offline_keys import sheet_text
from appliance.commands.helpers.options import json_option, places_option, print_json
from appliance.commands.helpers.owner import become_owner
from appliance.commands.helpers.refusals import told
from appliance.commands.helpers.terminal import decimal, here, local_time, verdict_word
from appliance.config.folders import Folders
from appliance.errors import LinkError, Refused
from appliance.keeper.backup.checking import drill
from appliance.keeper.backup.opened import open_backup
from appliance.language import N_
from appliance.link.client import Client
from appliance.link.requests.outside.backup import NoteDrill
from appliance.vault.disk import wipe
from appliance.vault.opening.keys import read_sheet

OPENS = N_("The sheet opens backup %(number)s: the call of %(time)s, %(seconds)s s, %(verdict)s.")


@click.command(
    short_help="Prove the recovery sheet on a backup, twice a year.",
    epilog="Example: zgoda drill /media/zgoda/backup --sheet sheet.txt --data /var/lib/zgoda",
)
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--sheet", required=True, help="The recovery sheet's text, or its file.")
@places_option
@json_option
def command(folder: Path, sheet: str, folders: Folders, as_json: bool) -> None:
    """Open the newest recording of the backup in FOLDER with the recovery sheet, and close it.

    That is what a new box would have to do. As root at the box the box notes it and asks again in
    half a year; anywhere else it is only tried. Nothing is written, and no sound is kept. What is
    on the medium is read as the data folder's owner.
    """
    secret = read_sheet(sheet_text(sheet))
    try:
        become_owner(folders)
        opened = open_backup(folder, secret)
    finally:
        wipe(secret)
    try:
        found = drill(opened)
        number, vault = opened.manifest.number, opened.manifest.vault
    finally:
        opened.close()
    noted = _note(folders, vault, number)
    if as_json:
        print_json(
            {
                "unreal": found.unreal,
                "recording": found.recording,
                "seconds": found.seconds,
                "verdict": found.verdict,
            }
            | {"backup": number, "noted": not noted}
        )
        return
    say_what_is_not_real([found.unreal])
    said = here(
        OPENS,
        number=number,
        time=local_time(found.started_at),
        seconds=decimal(found.seconds),
        verdict=verdict_word(found.verdict),
    )
    click.echo(said)
    untold = here(N_("The device was not told: %(why)s"), why=noted)
    click.echo(untold if noted else here(N_("The device has noted it.")))


def _note(folders: Folders, vault: str, number: int) -> str:
    """Tell the box; return why it could not be told."""
    try:
        client = Client(folders.keeper_socket, uid=folders.keeper_uid)
        client.call(NoteDrill(vault=vault, number=number))
    except (LinkError, Refused) as error:
        return told(error)
    return ""
