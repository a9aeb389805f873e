"""Run ``zgoda people``: help somebody to log in, as root at the box."""

import click

from appliance.commands.helpers.options import json_option, places_option, print_json
from appliance.config.folders import Folders
from appliance.link.client import Client
from appliance.link.requests.login import LetIn


@click.group(short_help="Let a person's new browser log in.")
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
        minutes = made.seconds // 60
        click.echo(f"Code for a new browser of {made.name}, for {minutes} minutes: {made.code}")
