"""Run ``zgoda settings``: show, edit and take back the settings, through the keeper."""

import os
import sys
from pathlib import Path
from typing import NoReturn

import click

from appliance.commands.helpers.operator import (
    Answerer,
    Operator,
    as_operator,
    as_operator_or_owner,
)
from appliance.commands.helpers.options import EXISTING_FILE, json_option, print_json
from appliance.commands.helpers.terminal import here
from appliance.config import read
from appliance.config.mistakes import Mistake
from appliance.errors import ZgodaError
from appliance.language import N_, language_of
from appliance.link.requests.settings import (
    Author,
    Changed,
    ChangeSettings,
    DraftPreview,
    GoBack,
    ListVersions,
    ShowSettings,
    ShowVersion,
    Statement,
    TrySettings,
)
from appliance.model.findings import find
from appliance.model.sentences.faults import in_words

SAID = {
    "taken": N_("Each line follows from its next call on."),
    "away": N_("The recorder is not running; it follows at its next start."),
    "refused": N_("Not every line follows: the device check says why."),
    "none": N_("Nothing was changed."),
}

STATEMENTS = {
    "justified": N_(
        "The justification is true, and the interests of the callers were weighed: %(words)s"
    ),
    "fits": N_("The basis %(basis)s fits this purpose, though it hardly ever fits an office."),
    "advised": N_("Somebody who knows the law agrees."),
    "words": N_("Read aloud in their sentences, these words are right in each: %(words)s"),
}

NEXT_CALLER = {
    "nothing": N_("%(line)s: the next caller is neither asked nor recorded."),
    "notice": N_("%(line)s: the next caller hears a notice."),
    "question": N_("%(line)s: the next caller is asked."),
}
"""What a draft would do on a line."""


@click.group(short_help="Show, edit and take back the settings.")
def command() -> None:
    """Show, edit and take back the settings, as an administrator, through the keeper.

    They begin as the configuration of the command line. Once an administrator has changed one,
    here or in the panel, the data folder holds them, in versions. While no keeper runs, root and
    the user that the data folder belongs to can still show, list and take back, without a login.
    """


@command.command(short_help="Print the settings in force, or an earlier version.",
                 epilog='Example: zgoda settings show --name "Ewa Nowak"')  # fmt: skip
@click.option(
    "--number", "version", type=click.IntRange(min=0), help="An earlier version; 0 is the seed."
)
@json_option
@as_operator_or_owner
def show(operator: Answerer, version: int | None, as_json: bool) -> None:
    """Print the settings in force as TOML."""
    if version is not None:
        shown = operator.ask(ShowVersion(version))
        print_json(shown) if as_json else click.echo(shown.text, nl=False)
        return
    now = operator.ask(ShowSettings())
    if as_json:
        print_json(now)
        return
    said = [each.framed("", language_of(os.environ)) for each in now.problem]
    for sentence in filter(None, (*said, _stuck(now.stuck), _seed(now.seed, now.seed_source))):
        click.echo(f"# {sentence}", err=True)
    click.echo(now.text, nl=False)


@command.command(short_help="Print the settings for a new data folder.",
                 epilog="Example: zgoda settings take --data trial > office.toml")  # fmt: skip
@as_operator_or_owner
def take(operator: Answerer) -> None:
    """Print the settings in force as the first ones of a new data folder.

    They say of themselves that nobody has set the device up, so the panel asks again for the
    devices of the line: a real one in place of a trial's. Begin with --config FILE on an empty data
    folder, or give them to one that has recorded nothing yet with zgoda settings edit --file FILE.
    Recordings, people and the activity log stay in the old folder.
    """
    from appliance.keeper.settings.draft import rewritten

    now = operator.ask(ShowSettings())
    click.echo(rewritten(now.text, {"fresh": True, **now.values}), nl=False)


@command.command(
    short_help="Change the settings in an editor, or take them from a file.",
    epilog='Example: zgoda settings edit --name "Ewa Nowak" --file new.toml',
)
@click.option("--file", "file", type=EXISTING_FILE, help="The new settings; no editor opens.")
@click.option("--try", "only_try", is_flag=True, help="Only say what would change.")
@click.option("--confirm", "confirmed", multiple=True, help="Confirm a statement by its code.")
@json_option
@as_operator
def edit(
    operator: Operator,
    file: Path | None,
    only_try: bool,
    confirmed: tuple[str, ...],
    as_json: bool,
) -> None:
    """Change the settings; every mistake is told, and nothing is kept of a text with one.

    Exit code 1: there are mistakes, or statements that nobody has confirmed.
    """
    now = operator.ask(ShowSettings())
    text = read.read_text(file) if file is not None else click.edit(now.text, extension=".toml")
    if text is None or text == now.text:
        click.echo(here(SAID["none"]))
        return
    raw = text.encode()
    tried = operator.client.call(TrySettings("text"), operator.token, raw)
    _told(tried, as_json=as_json and only_try)
    if only_try:
        return
    given = _confirmed(tried.statements, confirmed)
    changed = operator.client.call(ChangeSettings(now.version, "text", given), operator.token, raw)
    _done(changed, as_json=as_json)


@command.command(short_help="List who changed the settings and when.",
                 epilog='Example: zgoda settings history --name "Ewa Nowak"')  # fmt: skip
@json_option
@as_operator_or_owner
def history(operator: Answerer, as_json: bool) -> None:
    """List the versions, the newest first."""
    found = operator.ask(ListVersions())
    if as_json:
        print_json(found)
        return
    for row in found.versions:
        click.echo(_line(row, now=row.version == found.now))
    if not found.versions:
        click.echo(here(N_("Nobody has changed the settings yet.")))


@command.command(short_help="Go back to an earlier version.",
                 epilog='Example: zgoda settings undo --name "Ewa Nowak"')  # fmt: skip
@click.option(
    "--number", "version", type=click.IntRange(min=0), help="By default the one before; 0: seed."
)
@click.option("--confirm", "confirmed", multiple=True, help="Confirm a statement by its code.")
@json_option
@as_operator_or_owner
def undo(
    operator: Answerer, version: int | None, confirmed: tuple[str, ...], as_json: bool
) -> None:
    """Make an earlier version hold again, as a new one."""
    found = operator.ask(ListVersions())
    older = [row.version for row in found.versions if row.version < found.now]
    if version is None and not older:
        raise ZgodaError(in_words("no_earlier_settings"))
    chosen = older[0] if version is None else version
    tried = operator.ask(TrySettings(version=chosen))
    _told(tried, as_json=False)
    given = _confirmed(tried.statements, confirmed)
    _done(operator.ask(GoBack(found.now, chosen, given)), as_json=as_json)


def _told(tried: DraftPreview, *, as_json: bool) -> None:
    """Print what a draft would change; end the command if there are mistakes."""
    if as_json:
        print_json(tried)
    if tried.mistakes:
        _wrong(tried.mistakes)
    if as_json:
        return
    for each in tried.differences:
        where = ".".join(map(str, each.place))
        nothing = here(N_("(nothing)"))
        click.echo(f"{where}: {each.before or nothing} -> {each.after or nothing}", err=True)
    for call in tried.calls:
        said = NEXT_CALLER.get(call.asked, NEXT_CALLER["question"])
        click.echo(here(said, line=call.line), err=True)
    if not tried.recorder:
        unheard = N_("The recorder is not running: what callers will hear is not known.")
        click.echo(here(unheard), err=True)


def _confirmed(statements: tuple[Statement, ...], given: tuple[str, ...]) -> tuple[str, ...]:
    """Return the codes of what is confirmed, asking on a terminal for the rest."""
    left = [each for each in statements if each.code not in given]
    if not left:
        return given
    if not sys.stdin.isatty():
        codes = " ".join(f"--confirm {each.code}" for each in left)
        click.echo(here(N_("Somebody has to confirm: %(codes)s"), codes=codes), err=True)
        sys.exit(1)
    for each in left:
        said = here(STATEMENTS[each.kind], words=each.words, basis=each.basis)
        about = each.purpose or here(N_("office"))
        if not click.confirm(f"{about}: {said}", err=True):
            sys.exit(1)
    return (*given, *(each.code for each in left))


def _stuck(lines: tuple[str, ...]) -> str:
    """Say which lines do not follow the settings."""
    if not lines:
        return ""
    return find("configuration.not_followed", lines=", ".join(lines)).sentence(
        language_of(os.environ)
    )


def _done(changed: Changed, *, as_json: bool) -> None:
    if as_json:
        print_json(changed)
    if changed.mistakes:
        _wrong(changed.mistakes)
    if not as_json:
        holds = here(N_("Settings version %(number)s holds."), number=changed.version)
        click.echo(f"{holds} {here(SAID[changed.recorder])}")
        said = [each.framed("", language_of(os.environ)) for each in changed.problem]
        for sentence in filter(None, (*said, _stuck(changed.stuck))):
            click.echo(sentence, err=True)


def _wrong(mistakes: tuple[Mistake, ...]) -> NoReturn:
    for each in mistakes:
        click.echo(each.framed("", language_of(os.environ)), err=True)
    sys.exit(1)


def _line(row: Author, *, now: bool) -> str:
    from datetime import UTC, datetime

    at = datetime.fromtimestamp(row.at, UTC).strftime("%Y-%m-%d %H:%M UTC") if row.at else "-"
    undone = here(N_(", back to %(number)s"), number=row.undone)
    back = undone if row.undone is not None else ""
    mark = "*" if now else " "
    return f"{mark} {row.version:>4}  {at:<20}  {row.name or '-'}  {', '.join(row.sections)}{back}"


def _seed(state: str, source: str) -> str:
    by_hand = N_("%(source)s was changed by hand and does not hold.")
    return here(by_hand, source=source) if state == "changed" else ""
