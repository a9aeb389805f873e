"""Log a person in at the keeper for one command, and out again."""

import contextlib
import functools
import getpass
import sys
import warnings
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar

import click
from msgspec import Struct

from appliance.commands.helpers.options import EXISTING_FILE, config_option, places_option
from appliance.commands.helpers.refusals import said_of
from appliance.commands.helpers.terminal import here
from appliance.config.folders import Folders
from appliance.errors import LinkError, Refused, WrongServer, ZgodaError
from appliance.language import N_
from appliance.link.client import Client
from appliance.link.operations import Operation, Role
from appliance.link.requests.first_run import GetBoxState
from appliance.link.requests.login import EnterCode, LogIn, LogOut

ReplyT = TypeVar("ReplyT", bound=Struct)


class Answerer(Protocol):
    """Whoever answers operations: a keeper, or the data folder itself while none runs."""

    def ask(self, operation: Operation[ReplyT]) -> ReplyT:
        """Return the answer; raises Refused or another ZgodaError."""


@dataclass(frozen=True, slots=True)
class Operator:
    """A person who is logged in at the keeper."""

    client: Client
    token: str
    password: str = field(repr=False)
    """As it was typed for this command; some acts want it proved again."""

    roles: frozenset[Role] = frozenset()

    def may(self, kind: type[Operation[ReplyT]]) -> bool:
        """Say whether a role of theirs may ask for an operation of people."""
        return isinstance(kind.roles, frozenset) and not kind.roles.isdisjoint(self.roles)

    def ask(self, operation: Operation[ReplyT]) -> ReplyT:
        """Ask the keeper; raises Refused or LinkError."""
        return self.client.call(operation, self.token)

    def fetch(self, operation: Operation[ReplyT]) -> tuple[ReplyT, bytes]:
        """Ask the keeper for a reply and its bytes; raises Refused or LinkError."""
        return self.client.call_with_bytes(operation, self.token)

    def download(self, operation: Operation[ReplyT]) -> Generator[tuple[ReplyT, bytes], None, None]:
        """Ask the keeper for a file in pieces; raises Refused or LinkError."""
        return self.client.download(operation, self.token)


def _login_options(*, name_needed: bool) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return what gives a command the options of a login."""

    def give(command: Callable[..., None]) -> Callable[..., None]:
        for option in (
            click.option("--totp", default="", help="The app's six digits, if one is set up."),
            click.option(
                "--password-file",
                type=EXISTING_FILE,
                help="A file whose first line is the password; without one, the terminal asks.",
            ),
            click.option(
                "--name",
                required=name_needed,
                envvar="ZGODA_NAME",
                help="Your name, as in the panel.",
            ),
            places_option,
        ):
            command = option(command)
        return command

    return give


def as_operator(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of a login, and an ``Operator`` as its first argument."""

    @_login_options(name_needed=True)
    @functools.wraps(command)
    def run(
        folders: Folders, name: str, password_file: Path | None, totp: str, **rest: Any
    ) -> None:
        client = Client(folders.keeper_socket, uid=folders.keeper_uid)
        client.call(GetBoxState())  # before a person types a password that no keeper hears
        with _logged_in(client, name, _password(name, password_file), totp) as operator:
            command(operator, **rest)

    return run


def as_operator_or_owner(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command of the settings somebody to ask, also while no keeper runs.

    Without one it works on the data folder itself, where only root and its owner may.
    """

    @_login_options(name_needed=False)
    @config_option
    @functools.wraps(command)
    def run(
        folders: Folders,
        name: str | None,
        password_file: Path | None,
        totp: str,
        config_file: Path | None,
        **rest: Any,
    ) -> None:
        client = Client(folders.keeper_socket, uid=folders.keeper_uid)
        try:
            client.call(GetBoxState())
        except WrongServer:
            raise
        except LinkError as away:
            from appliance.commands.helpers.offline_settings import offline

            with offline(folders, config_file, away) as settings:
                command(settings, **rest)
            return
        if not name:
            raise click.UsageError(said_of("name_needed"))
        with _logged_in(client, name, _password(name, password_file), totp) as operator:
            command(operator, **rest)

    return run


def _password(name: str, file: Path | None) -> str:
    return typed_secret(here(N_("Password of %(name)s"), name=name), file, "--password-file")


def typed_secret(label: str, file: Path | None, option: str) -> str:
    """Return a secret from a file's first line, or from the terminal without echo."""
    if file is not None:
        return first_line(file)
    with warnings.catch_warnings():
        warnings.simplefilter("error", getpass.GetPassWarning)
        try:
            return str(click.prompt(label, hide_input=True, err=True))
        except getpass.GetPassWarning:
            raise click.UsageError(said_of("no_terminal", option=option)) from None


def first_line(file: Path) -> str:
    """Return the first line of a file with a secret."""
    try:
        return file.read_text("utf-8").partition("\n")[0]
    except UnicodeDecodeError:
        raise click.UsageError(said_of("not_utf8_file", path=file)) from None


def _code() -> str:
    """Return the code of the authenticator app, from the terminal."""
    if not sys.stdin.isatty():
        raise click.UsageError(said_of("totp_needed"))
    return str(click.prompt(here(N_("Code from the app")), err=True))


@contextlib.contextmanager
def _logged_in(client: Client, name: str, password: str, totp: str) -> Iterator[Operator]:
    """Log in, and out again in any case: the last logout locks the box."""
    opened = client.call(LogIn(name=name, password=password, totp=totp))
    if opened.step == "code":
        opened = client.call(EnterCode(token=opened.token, code=_code()))
    token = opened.token
    try:
        if opened.step == "password":
            raise Refused("choose_password")
        yield Operator(client, token, password, frozenset(opened.roles))
    finally:
        with contextlib.suppress(ZgodaError):
            client.call(LogOut(), token)
