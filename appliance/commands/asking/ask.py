"""Run ``zgoda ask``: ask the keeper for one operation, by its declaration in the link."""

import inspect
import re
import sys
from difflib import get_close_matches
from typing import Any

import click
from msgspec import to_builtins

from appliance.commands.asking.answers import say_what_is_not_known, tell, unreal_in
from appliance.commands.asking.fields import Fields
from appliance.commands.helpers.call_rows import say_what_is_not_real
from appliance.commands.helpers.operator import Operator, as_operator
from appliance.commands.helpers.options import json_option, places_option, print_json
from appliance.commands.helpers.recording_ids import unreal_named
from appliance.commands.helpers.refusals import said_of
from appliance.commands.recordings import checks
from appliance.config.folders import Folders
from appliance.errors import MessageRefused, in_short
from appliance.link.client import Client
from appliance.link.operations import WithoutRole
from appliance.link.registry import AnyOperation, operations, tag
from appliance.link.requests.login import Session
from appliance.model.sentences.faults import noted

_WHO = {
    WithoutRole.ANYBODY: "anybody at the box",
    WithoutRole.LOGGED_IN: "everybody",
    WithoutRole.LOCAL: "root",
}


def who_may(kind: type[AnyOperation]) -> str:
    """Return who may ask for an operation."""
    if isinstance(kind.roles, WithoutRole):
        return _WHO[kind.roles]
    return ", ".join(sorted(role.replace("_", " ") for role in kind.roles))


def why_not(kind: type[AnyOperation]) -> str:
    """Return the code of why no command asks for an operation; empty if one may."""
    reasons = {
        "ask_processes": kind.roles is WithoutRole.PROCESS,
        "ask_sending": kind.roles is WithoutRole.COURIER,
        "ask_upload": bool(kind.upload),
        "ask_file": kind.sends_file or kind.sends_bytes,
        "ask_endless": kind.streams,
        "ask_session": kind.for_one_session or kind.reply() is Session,
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


class Operations(click.Group):
    """The operations of the link as commands, each made when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the operations that may be asked for."""
        return [tag(kind) for kind in operations() if not why_not(kind)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Make the command of an operation."""
        kind = next((each for each in operations() if tag(each) == cmd_name), None)
        return None if kind is None or why_not(kind) else _command(kind)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; say why there is none, or which word is near."""
        wanted = args[0]
        known = {tag(kind): why_not(kind) for kind in operations()}
        if why := known.get(wanted):
            raise click.UsageError(said_of(why, name=wanted), ctx)
        if wanted not in known and not wanted.startswith("-"):
            near = get_close_matches(wanted, self.list_commands(ctx), n=1)
            if near:
                raise click.UsageError(
                    said_of("no_command_near", name=in_short(wanted), near=near[0]), ctx
                )
            raise click.UsageError(said_of("no_command_known", name=in_short(wanted)), ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, *_told: object, **_named: object) -> None:
        """Leave the list of operations to ``--list``."""


def _list(ctx: click.Context, _option: click.Parameter, wanted: bool) -> None:
    """Print what may be asked for: its name, who may, and what it is for."""
    if not wanted or ctx.resilient_parsing:
        return
    kinds = [kind for kind in operations() if not why_not(kind)]
    width = max(len(tag(kind)) for kind in kinds)
    for kind in kinds:
        click.echo(f"{tag(kind):{width}}  {_first_line(kind)} ({who_may(kind)})")
    ctx.exit()


@click.group(
    cls=Operations,
    short_help="Ask the keeper for one thing, as programs do.",
    epilog="\b\nExample: zgoda ask --list\nzgoda ask backup.get --name Ewa\n"
    "zgoda ask people.let_in --help",
)
@click.option(
    "--list", is_flag=True, is_eager=True, expose_value=False, callback=_list,
    help="Print what may be asked for, and by whom.",
)  # fmt: skip
def command() -> None:
    """Ask the keeper for one operation by its name, with its fields as options.

    What the panel asks for, this asks for: as the same person, with the same roles, on the same
    record. Passwords and other secrets are asked for on the terminal or read from files, never
    taken from the command line; --totp alone may stand there, a code that is good once. Exit code 1
    if the answer tells of something that failed.
    """


def _command(kind: type[AnyOperation]) -> click.Command:
    """Return the command that asks for an operation."""
    nobody = kind.roles in {WithoutRole.ANYBODY, WithoutRole.LOCAL}
    fields = Fields(kind, of_person=not nobody)

    def as_person(operator: Operator, /, as_json: bool, **typed: Any) -> None:
        operation = fields.made(typed, operator.password)
        _ask(operator.client, operation, as_json, operator)

    def as_nobody(folders: Folders, as_json: bool, **typed: Any) -> None:
        client = Client(folders.keeper_socket, uid=folders.keeper_uid)
        _ask(client, fields.made(typed), as_json)

    run = json_option(places_option(as_nobody) if nobody else as_operator(as_person))
    made = click.command(tag(kind), help=_help(kind), epilog=_example(kind, fields, nobody=nobody))(
        run
    )
    made.params = fields.options() + made.params
    return made


def _ask(
    client: Client, operation: AnyOperation, as_json: bool, operator: Operator | None = None
) -> None:
    """Ask, print the answer, and exit with 1 if it tells of a failure.

    What was made on no telephone line is said first: of recordings that the operation names, which
    its answer need not tell of, and of those in the answer.
    """
    named = unreal_named(operator, operation) if operator is not None else {}
    with checks():
        answer = client.call(operation, operator.token if operator is not None else None)
    try:
        if as_json:
            first = {"unreal": named} if named else {}
            print_json(first | to_builtins(answer) if first else answer, indent=2)
        else:
            say_what_is_not_real([*named.values(), *unreal_in(answer)])
            say_what_is_not_known(answer)
            tell(answer)
        amiss = answer.amiss
    except KeyError:
        raise MessageRefused(
            noted("sentence_missing", "The answer names something that this version does not know.")
        ) from None
    if amiss:
        sys.exit(1)


def _first_line(kind: type[AnyOperation]) -> str:
    return _prose(kind).partition("\n")[0]


def _prose(kind: type[AnyOperation]) -> str:
    """Return what the struct says of itself; operations go by the names that people type."""
    named = {each.__name__: tag(each) for each in operations()}
    told = inspect.getdoc(kind) or ""
    return re.sub(r"``(.*?)``", lambda word: named.get(word[1], f'"{word[1]}"'), told)


def _help(kind: type[AnyOperation]) -> str:
    names = ", ".join(kind.reply().__struct_fields__)
    answer = f"The answer has: {names}." if names else "The answer is that it is done."
    return f"{_prose(kind)}\n\nWho may: {who_may(kind)}. {answer}"


def _example(kind: type[AnyOperation], fields: Fields, *, nobody: bool) -> str:
    login = () if nobody else ("--name Ewa",)
    return "Example: " + " ".join(("zgoda ask", tag(kind), *login, *fields.example()))
