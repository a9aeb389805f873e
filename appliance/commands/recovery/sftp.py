"""Run ``zgoda backup sftp``: show, set up, accept the server's key, begin, stop."""

import sys

import click

from appliance.commands.helpers.operator import Operator, as_operator
from appliance.commands.helpers.options import json_option, print_json
from appliance.errors import ZgodaError
from appliance.link.requests.outside import sftp as ask
from appliance.model.outside.sftp import EVERY, PORT


@click.group(
    name="sftp",
    short_help="Copy the vault to a server.",
    epilog="Example: zgoda backup sftp set --name Ewa backup.example.com zgoda",
)
def command() -> None:
    """Copy the vault to a server, by way of the courier.

    The server gets sealed files alone. Set it up, write the line that this prints into the
    server's authorized_keys, compare the server's key, and accept it.
    """


@command.command("set", epilog="Example: zgoda backup sftp set --name Ewa backup.example.com zgoda")
@as_operator
@click.argument("server")
@click.argument("user")
@click.option("--port", type=click.IntRange(1, 65535), default=PORT, show_default=True)
@click.option("--folder", default="", help="At the server; where the user begins if left out.")
@click.option("--every", type=click.Choice(EVERY), default="day", show_default=True)
def set_(operator: Operator, server: str, user: str, port: int, folder: str, every: str) -> None:
    """Make backups at SERVER, as its USER, from now on."""
    place = ask.SftpPlace(server, port, user, folder, every)
    operator.ask(ask.ChangeSftp(place, operator.password))
    click.echo("Write this line into the server's authorized_keys:\n")
    click.echo(operator.ask(ask.GetSftp()).public)
    click.echo("\nThen compare the server's key: zgoda backup sftp show")


@command.command(epilog="Example: zgoda backup sftp show --name Ewa")
@as_operator
@json_option
def show(operator: Operator, as_json: bool) -> None:
    """Show how backups by SFTP stand. Exit code 1 if the last attempt failed."""
    seen = operator.ask(ask.GetSftp())
    if as_json:
        print_json(seen, indent=2)
    else:
        _print(seen)
    if seen.code not in {"", "stopped"}:
        sys.exit(1)


@command.command(epilog="Example: zgoda backup sftp look --name Ewa")
@as_operator
def look(operator: Operator) -> None:
    """Ask the server for its key; zgoda backup sftp show then shows it."""
    operator.ask(ask.LookSftp())
    click.echo("The server is asked for its key.")


@command.command(epilog="Example: zgoda backup sftp accept --name Ewa SHA256:…")
@as_operator
@click.argument("fingerprint")
def accept(operator: Operator, fingerprint: str) -> None:
    """Accept the server's key with FINGERPRINT, which its owner has told you."""
    if operator.ask(ask.GetSftp()).offered != fingerprint:
        raise ZgodaError("The server does not show that key: see zgoda backup sftp show.")
    operator.ask(ask.AcceptSftp(fingerprint, operator.password))
    click.echo("The key is accepted, and a backup begins.")


@command.command(epilog="Example: zgoda backup sftp start --name Ewa")
@as_operator
def start(operator: Operator) -> None:
    """Begin a copy now. It goes on without this command; see zgoda backup sftp show."""
    operator.ask(ask.StartSftp())
    click.echo("The backup has begun.")


@command.command(epilog="Example: zgoda backup sftp stop --name Ewa")
@as_operator
def stop(operator: Operator) -> None:
    """Make no more backups at the server, and forget the box's key for it."""
    operator.ask(ask.StopSftp(operator.password))
    click.echo("The box makes no more backups there. What lies there stays: remove it there.")


def _print(seen: ask.SftpSeen) -> None:
    place = seen.place
    if place is None:
        click.echo("no backups by SFTP are set up")
        return
    click.echo(f"server: {place.user}@{place.server}:{place.port}, every: {place.every}")
    click.echo(f"line for its authorized_keys: {seen.public}")
    click.echo(f"accepted key: {seen.accepted or 'none yet: nothing goes there'}")
    if seen.looking:
        click.echo("the server is being asked for its key")
    if seen.offered and seen.offered != seen.accepted:
        click.echo(f"the server shows: {seen.offered}")
    if seen.running is not None:
        run = seen.running
        click.echo(f"running: {run.stage}, {run.done} of {run.total} recordings")
    if seen.code:
        click.echo(f"the last attempt failed: {seen.trouble or seen.code}")
    if seen.away:
        click.echo("the courier does not run")
