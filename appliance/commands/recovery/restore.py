"""Run ``zgoda restore``: begin a box anew from a backup and the recovery sheet."""

import os
import sys
from datetime import date, datetime
from functools import partial
from pathlib import Path

import click

from appliance.clock import SystemClock
from appliance.commands.helpers.offline_keys import sheet_text
from appliance.commands.helpers.operator import first_line
from appliance.commands.helpers.options import (
    EXISTING_FILE,
    config_option,
    data_option,
    json_option,
    print_json,
    read_config,
)
from appliance.commands.helpers.owner import become_owner
from appliance.commands.helpers.refusals import said_of
from appliance.commands.helpers.terminal import day_in_words, here
from appliance.config.folders import Folders
from appliance.config.kept import Seed, read_seed
from appliance.config.settings import Config
from appliance.keeper.backup.manifest import Manifest
from appliance.keeper.backup.opened import OpenedBackup, open_backup
from appliance.keeper.backup.restore import SEED_COPY, refuse_unless_empty, restore
from appliance.keeper.backup.wanted import RestoreWishes, day_begun, is_ahead, refuse_unsure
from appliance.keeper.settings.own_tables import take_own_tables
from appliance.keeper.storage.owner import own
from appliance.language import N_
from appliance.link.requests.recovery.restore import RestoredBox
from appliance.model.typed.named import named_in
from appliance.vault.disk import Disk, wipe
from appliance.vault.opening.keys import read_sheet

NEWER = N_(
    "Backup %(number)s of %(day)s. Recordings in it: %(count)s. Is there a newer one on another "
    "medium?"
)
AHEAD = N_(
    "By its own clock the backup was made later than today: look at the day again. If it is right, "
    "the clock of the old device was ahead, and the day that you have said counts."
)
NEW_PASSWORD = N_("New password of %(name)s")
WEEKDAYS = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)
LEFT_OUT = N_("Left out because they were due for erasure: %(due)s, erased since: %(erased)s.")
LOST_KEYS = N_("Groups of keys that were lost before the backup was made: %(groups)s.")
ORDER_ENDED = N_(
    "Somebody had asked to erase all recordings, and that waited when the backup was made. It "
    "ended here, since it may have been cancelled: ask again if you still want it."
)
FORMER = N_("The former settings are in %(path)s: put the file in place, then remove it.")
AFTERWARDS = N_("Start the services, log in, confirm the time, and calibrate the lines anew.")

_MOST_LIST = 64 * 2**20


@click.command(
    short_help="Begin a box anew from a backup and the sheet.",
    epilog="Example: zgoda restore /media/zgoda/backup --sheet sheet.txt --name Ewa "
    "--data /var/lib/zgoda --config /etc/zgoda/zgoda.toml",
)
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--sheet", required=True, help="The recovery sheet's text, or its file.")
@click.option("--name", required=True, help="The administrator who gets a new password.")
@click.option(
    "--password-file",
    type=EXISTING_FILE,
    help="A file whose first line is the new password; without one, the terminal asks.",
)
@click.option("--today", help="Today's day, such as 2026-11-28; without it, the clock's is asked.")
@click.option(
    "--erased",
    multiple=True,
    type=EXISTING_FILE,
    help="A file that names recordings erased since the backup, such as certificates.",
)
@click.option(
    "--erased-all",
    is_flag=True,
    help="Everything was erased since the backup: none of its recordings comes back.",
)
@click.option(
    "--due",
    type=click.IntRange(min=0),
    default=0,
    help="So many recordings are due by today, and are not to come back.",
)
@click.option(
    "--unknown",
    type=click.IntRange(min=0),
    default=0,
    help="So many of the names in --erased are right, though the backup does not know them.",
)
@click.option("--overwrite-chip", is_flag=True, help="The chip holds the key of a lost vault.")
@data_option
@config_option
@json_option
def command(
    folder: Path,
    sheet: str,
    name: str,
    password_file: Path | None,
    today: str | None,
    erased: tuple[Path, ...],
    erased_all: bool,
    due: int,
    unknown: int,
    overwrite_chip: bool,
    folders: Folders,
    config_file: Path | None,
    as_json: bool,
) -> None:
    """Make a new box of the backup in FOLDER and the recovery sheet.

    The data folder must hold no vault, and the services must be stopped. What is due by today, and
    what --erased names, stays away for good; say with --due how many may be due, and with --unknown
    how many names the backup need not know. The certificate of an erasure of everything names no
    recording: say --erased-all if the backup is older than that. NAME alone can log in afterwards,
    and gives the others new passwords. If it is interrupted, run it again. Exit code 1 if a
    recording or a paper of the backup is missing or altered; the rest is there.
    """
    secret = read_sheet(sheet_text(sheet))
    config, gone = read_config(config_file), _named(erased)
    password = _password(name, password_file)
    try:
        become_owner(folders)
        refuse_unless_empty(folders)
        opened = open_backup(folder, secret)
    finally:
        wipe(secret)
    try:
        wanted = RestoreWishes(
            name=name,
            password=password,
            today=_confirmed_day(opened.manifest, today),
            erased=gone,
            erased_all=erased_all,
            overwrite_chip=overwrite_chip,
        )
        refuse_unsure(opened, wanted, due=due, unknown=unknown)
        found = _restore(opened, folders, config, wanted, read_seed(config_file, folders))
    finally:
        opened.close()
    if as_json:
        print_json(found)
    else:
        _print(found, folders)
    if found.amiss:
        sys.exit(1)


def _confirmed_day(made: Manifest, today: str | None) -> int:
    """Say which backup it is, and return the day that it is now; warn where it is the later one."""
    begun = datetime.fromtimestamp(made.made_at).date()
    of = {"number": made.number, "day": day_in_words(begun), "count": len(made.recordings)}
    click.echo(here(NEWER, **of), err=True)
    day = _day(today)
    if is_ahead(made.made_at, day):
        click.echo(here(AHEAD), err=True)
    return day


def _restore(
    opened: OpenedBackup, folders: Folders, config: Config, wanted: RestoreWishes, seed: Seed
) -> RestoredBox:
    clock = SystemClock()
    settle = partial(take_own_tables, folders, seed, clock)
    folders.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = own(folders)
    try:
        return restore(opened, folders, config, wanted, clock, settle=settle)
    finally:
        os.close(lock)


def _named(lists: tuple[Path, ...]) -> frozenset[str]:
    """Return every recording that the files name, wherever in their text."""
    found: set[str] = set()
    for path in lists:
        named = named_in(Disk().read(path, _MOST_LIST).decode("utf-8", "replace"))
        if named.doubtful:
            raise click.UsageError(said_of("list_doubtful", path=path, line=named.doubtful[0]))
        if not named.recordings:
            raise click.UsageError(said_of("list_empty", path=path))
        found.update(named.recordings)
    return frozenset(found)


def _password(name: str, file: Path | None) -> str:
    if file is not None:
        return first_line(file)
    return str(
        click.prompt(
            here(NEW_PASSWORD, name=name), hide_input=True, confirmation_prompt=True, err=True
        )
    )


def _day(today: str | None) -> int:
    """Return the day that the person confirms: nothing is dropped by a clock alone."""
    if today is None:
        by_clock = date.today()
        weekday = here(WEEKDAYS[by_clock.weekday()])
        asked = here(
            N_("Is today %(weekday)s, %(day)s?"), weekday=weekday, day=day_in_words(by_clock)
        )
        if not click.confirm(asked, err=True):
            raise click.UsageError(said_of("today_needed"))
        return day_begun(by_clock)
    try:
        return day_begun(date.fromisoformat(today))
    except ValueError:
        raise click.UsageError(said_of("today_odd", day=today)) from None


def _print(found: RestoredBox, folders: Folders) -> None:
    click.echo(here(N_("Restored recordings: %(count)s."), count=found.recordings))
    click.echo(here(LEFT_OUT, due=found.due, erased=found.erased))
    for rid in found.bad:
        click.echo(here(N_("MISSING or ALTERED on the medium: recording %(rid)s"), rid=rid))
    for path in found.bad_papers:
        click.echo(here(N_("MISSING or ALTERED on the medium: %(path)s"), path=path))
    if found.lost_keys:
        click.echo(here(LOST_KEYS, groups=found.lost_keys))
    if found.order_ended:
        click.echo(here(ORDER_ENDED))
    if found.without_password:
        names = ", ".join(found.without_password)
        click.echo(here(N_("They need new passwords: %(names)s."), names=names))
    if found.seed:
        click.echo(here(FORMER, path=folders.data / SEED_COPY))
    click.echo(here(AFTERWARDS))
