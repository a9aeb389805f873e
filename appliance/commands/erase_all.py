"""Run ``zgoda erase-all``: erase every recording, by two people or after a day."""

import sys
from pathlib import Path

import click

from appliance.commands.helpers.call_rows import said_briefly, say_what_is_not_real
from appliance.commands.helpers.certificates import KEPT
from appliance.commands.helpers.clear_file import write_new_clear_file
from appliance.commands.helpers.operator import Operator, as_operator
from appliance.commands.helpers.options import json_option, print_json
from appliance.commands.helpers.refusals import said
from appliance.commands.helpers.terminal import WRITTEN, here, local_time, word
from appliance.language import N_
from appliance.link.requests import erase_all as ask
from appliance.link.requests.calls import Ground
from appliance.link.requests.papers.certificates import CertificateReader
from appliance.model import papers

ENDED = {
    "holds": N_("The last request was cancelled by itself: a recording was put on hold."),
    "asker_gone": N_(
        "The last request was cancelled by itself: who asked is no administrator any more."
    ),
}

HELD = N_("on hold: %(rid)s, %(ground)s, review: %(day)s")
FAILED = N_("FAILED to be erased so far: %(failed)s. They are tried again: %(why)s")
SECOND_PERSON = N_("it waits for a second person, since nobody has confirmed the time.")
IN_TIME = N_("it is carried out in %(hours)s h %(minutes)s min, or when somebody confirms it.")
LAST = N_("Last time all recordings were erased: %(time)s. Recordings: %(count)s.")
DECIDED = N_("asked by %(name)s, decided by %(other)s, ground: %(ground)s")
LEVEL = N_(
    "protection level %(level)s, keyring generation %(generation)s, activity log entry %(number)s"
)


@click.group(short_help="Erase every recording: two people, or one and a day.")
def command() -> None:
    """Erase every recording: two people, or one and a day.

    An administrator asks. A second administrator or a privacy officer confirms, or 24 counted hours
    pass; until then either can cancel. People, settings and the audit stay, and the box goes on.
    """


@command.command(epilog="Example: zgoda erase-all show --name Ewa")
@as_operator
@click.option("--out", type=click.Path(path_type=Path), help="A new file for the signed one.")
@click.option(
    "--for", "reader", type=click.Choice([one.value for one in CertificateReader]), default="caller"
)
@json_option
def show(operator: Operator, out: Path | None, reader: str, as_json: bool) -> None:
    """Show what there is to erase, how far an order is, and the last erasure of everything.

    Exit code 1 if an order waits or an erasure has failed so far. With --out the last one's signed
    certificate is written, for the person concerned or --for office.
    """
    if out is not None:
        _, raw = operator.fetch(ask.GetEraseAllCertificate(CertificateReader(reader)))
        write_new_clear_file(out, [raw])
        click.echo(here(WRITTEN, path=out, size=len(raw)))
        return
    state = operator.ask(ask.GetEraseAll())
    if as_json:
        print_json(state, indent=2)
    else:
        _print_state(state)
    if state.amiss:
        sys.exit(1)


@command.command("ask", epilog="Example: zgoda erase-all ask --name Ewa --ground no_longer_needed")
@as_operator
@click.option("--ground", type=click.Choice([g.value for g in Ground]), required=True)
@click.option(
    "--held",
    multiple=True,
    metavar="RECORDING",
    help="A recording on hold that is meant, too; once for each.",
)
def ask_for_it(operator: Operator, ground: str, held: tuple[str, ...]) -> None:
    """Ask for the erasure of every recording."""
    operator.ask(ask.AskEraseAll(Ground(ground), held, operator.password))
    _print_state(operator.ask(ask.GetEraseAll()))


@command.command(epilog="Example: zgoda erase-all confirm --name Ola 0f3a9c21")
@as_operator
@click.argument("order")
def confirm(operator: Operator, order: str) -> None:
    """Confirm what somebody else has asked for. It is carried out at once; all are logged out."""
    operator.ask(ask.ConfirmEraseAll(order, operator.password))
    gone = N_("The keys are gone; within a minute it is final. See zgoda erase-all show.")
    click.echo(here(gone))


@command.command(epilog="Example: zgoda erase-all cancel --name Ola 0f3a9c21")
@as_operator
@click.argument("order")
def cancel(operator: Operator, order: str) -> None:
    """Cancel an order that waits."""
    operator.ask(ask.CancelEraseAll(order))
    click.echo(here(N_("Cancelled; nothing was erased.")))


def _print_state(state: ask.EraseAllState) -> None:
    say_what_is_not_real(one.unreal for one in state.held)
    counts = {"count": state.recordings, "held": len(state.held)}
    click.echo(here(N_("Recordings: %(count)s, of them on hold: %(held)s"), **counts))
    for one in state.held:
        ground = word(papers.HOLD_GROUNDS, one.ground)
        review = one.review or here(N_("not known"))
        held = here(HELD, rid=one.recording, ground=ground, day=review)
        click.echo(f"  {said_briefly(one.unreal)}{held}")
    if state.failed:
        click.echo(here(FAILED, failed=state.failed, why=said(state.trouble)))
    if state.ended in ENDED:
        click.echo(here(ENDED[state.ended]))
    if state.order is not None:
        _print_order(state.order)
    if state.done is not None:
        _print_certificate(state.done)


def _print_order(order: ask.EraseAllAsked) -> None:
    of = {"id": order.id, "name": order.asked_by, "time": local_time(order.asked_at)}
    asked = here(N_("Request %(id)s, asked by %(name)s on %(time)s:"), **of)
    if order.stage != "asked":
        under_way = N_("it is being carried out.")
        click.echo(f"{asked} {here(under_way)}")
        if order.trouble:
            tried = N_("It FAILED so far and is tried again: %(why)s")
            click.echo(here(tried, why=said(order.trouble)))
    elif order.seconds_left is None:
        click.echo(f"{asked} {here(SECOND_PERSON)}")
    else:
        hours, minutes = divmod(int(order.seconds_left // 60), 60)
        click.echo(f"{asked} {here(IN_TIME, hours=hours, minutes=minutes)}")


def _print_certificate(made: ask.EraseAllCertificate) -> None:
    click.echo(here(LAST, time=local_time(made.at), count=made.recordings))
    click.echo(here(KEPT[made.kept]))
    ground = word(papers.GROUNDS, made.ground)
    click.echo(here(DECIDED, name=made.asked_by, other=made.decided_by, ground=ground))
    of = {"level": made.level, "generation": made.generation, "number": made.seq}
    click.echo(here(LEVEL, **of))
    for what in made.remains:
        click.echo(here(N_("may remain: %(what)s"), what=word(papers.REMAINS, what)))
