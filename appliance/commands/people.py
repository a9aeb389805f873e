"""Run ``zgoda people``: help a person to log in, as root at the box."""

from pathlib import Path

import click

from appliance.commands.helpers.operator import first_line
from appliance.commands.helpers.options import EXISTING_FILE, json_option, places_option, print_json
from appliance.commands.helpers.refusals import said_of
from appliance.commands.helpers.terminal import here
from appliance.config.folders import Folders
from appliance.errors import Refused
from appliance.language import N_
from appliance.link.client import Client
from appliance.link.requests.first_run import GetBoxState
from appliance.link.requests.login import LetIn, LogOut, Session
from appliance.link.requests.sheet import EnterBySheet


@click.group(short_help="Let a new browser in, or an administrator by the sheet.")
def command() -> None:
    """Help people to log in. Needs no password, but root or the keeper's own user."""


@command.command(
    "let-in",
    short_help="Make a code for one new browser.",
    epilog='Example: zgoda people let-in "Ewa Nowak"',
)
@places_option
@click.argument("name")
@json_option
def let_in(folders: Folders, name: str, as_json: bool) -> None:
    """Make a code with which NAME logs in from a new browser.

    A new browser waits in line with every stranger in the network; if there are too many, nobody
    new gets in. With the code it does: once, within ten minutes. It replaces no password, and is
    typed on the login page under "A code for a new browser". A browser in which NAME has logged in
    during the last 180 days needs none.

    The keeper must be running; the audit says that a code was made.
    """
    made = Client(folders.keeper_socket, uid=folders.keeper_uid).call(LetIn(name))
    if as_json:
        print_json(made)
    else:
        of = {"name": made.name, "minutes": made.seconds // 60, "code": made.code}
        click.echo(
            here(
                N_("Code for a new browser of %(name)s, valid for %(minutes)s min: %(code)s"), **of
            )
        )


@command.command(
    "by-sheet",
    short_help="Give an administrator a new password by the recovery sheet.",
    epilog='Example: zgoda people by-sheet "Ewa Nowak" --sheet sheet.txt',
)
@places_option
@click.argument("name")
@click.option(
    "--sheet",
    type=EXISTING_FILE,
    help="A file with the sheet's text; without one, the terminal asks.",
)
@click.option(
    "--password-file",
    type=EXISTING_FILE,
    help="A file whose first line is the new password; without one, the terminal asks.",
)
@click.option("--code", default="", help="The app's six digits or a backup code, if there are any.")
@click.option("--app-lost", is_flag=True, help="The app is lost as well: turn codes off for NAME.")
@json_option
def by_sheet(
    folders: Folders,
    name: str,
    sheet: Path | None,
    password_file: Path | None,
    code: str,
    app_lost: bool,
    as_json: bool,
) -> None:
    """Give the administrator NAME a new password, with the recovery sheet.

    For an office whose only administrator has lost the password or the authenticator app. Whoever
    logs in with codes gives one here, too. With --app-lost the app and its backup codes are taken
    away; set them up again after the next login. The audit says it, and so does the panel's first
    page to everybody for a month. The panel does the same in a browser on the box itself, under
    "Forgotten the password?".

    The keeper must be running.
    """
    client = Client(folders.keeper_socket, uid=folders.keeper_uid)
    client.call(GetBoxState())  # before a person types what no keeper hears
    typed = (
        sheet.read_text("utf-8")
        if sheet is not None
        else _hidden(here(N_("The groups of the recovery sheet")))
    )
    if password_file is not None:
        password = first_line(password_file)
    else:
        password = _hidden(here(N_("New password of %(name)s"), name=name), again=True)
    entered = _entered(
        client,
        EnterBySheet(name=name, sheet=typed, password=password, code=code, app_lost=app_lost),
    )
    client.call(LogOut(), entered.token)
    if as_json:
        print_json({"operator": entered.operator, "name": entered.name})
    else:
        has = here(N_("%(name)s has the new password."), name=entered.name)
        click.echo(f"{has} {here(_NEXT[app_lost])}")


_NEXT = {
    False: N_("Now log in with it."),
    True: N_("Now log in, and set up the app again."),
}


def _entered(client: Client, operation: EnterBySheet) -> Session:
    try:
        return client.call(operation)
    except Refused as refusal:
        if refusal.code == "code_needed":
            raise click.UsageError(said_of("code_needed_too", name=operation.name)) from None
        raise


def _hidden(label: str, *, again: bool = False) -> str:
    """Ask on the terminal, without echo."""
    return str(click.prompt(label, hide_input=True, confirmation_prompt=again, err=True))
