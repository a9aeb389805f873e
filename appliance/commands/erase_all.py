"""Run ``zgoda erase-all``: erase every recording, by two people or after a day."""

import sys
from datetime import datetime
from pathlib import Path

import click

from appliance.commands.helpers.certificates import KEPT
from appliance.commands.helpers.clear_file import write_new_clear_file
from appliance.commands.helpers.operator import Operator, as_operator
from appliance.commands.helpers.options import json_option, print_json
from appliance.commands.helpers.refusals import said
from appliance.link.requests import erase_all as ask
from appliance.link.requests.calls import Ground
from appliance.link.requests.papers.certificates import CertificateReader

ENDED = {
    "holds": "The last request was cancelled by itself: a recording was put on hold.",
    "asker_gone": (
        "The last request was cancelled by itself: who asked is no administrator any more."
    ),
}


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
        click.echo(f"{out}: {len(raw)} bytes.")
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
    click.echo("The keys are gone; within a minute it is final. See zgoda erase-all show.")


@command.command(epilog="Example: zgoda erase-all cancel --name Ola 0f3a9c21")
@as_operator
@click.argument("order")
def cancel(operator: Operator, order: str) -> None:
    """Cancel an order that waits."""
    operator.ask(ask.CancelEraseAll(order))
    click.echo("Cancelled; nothing was erased.")


def _print_state(state: ask.EraseAllState) -> None:
    click.echo(f"{state.recordings} recordings, {len(state.held)} of them on hold")
    for one in state.held:
        click.echo(f"  on hold: {one.recording}  {one.ground}  review {one.review or 'unknown'}")
    if state.failed:
        click.echo(
            f"{state.failed} FAILED to be erased so far and are tried again: {said(state.trouble)}"
        )
    if state.ended in ENDED:
        click.echo(ENDED[state.ended])
    if state.order is not None:
        _print_order(state.order)
    if state.done is not None:
        _print_certificate(state.done)


def _print_order(order: ask.EraseAllAsked) -> None:
    asked = f"order {order.id}, asked by {order.asked_by} on {_moment(order.asked_at)}"
    if order.stage != "asked":
        click.echo(f"{asked}: being carried out")
        if order.trouble:
            click.echo(f"it FAILED so far and is tried again: {said(order.trouble)}")
    elif order.seconds_left is None:
        click.echo(f"{asked}: waits for a second person, since nobody has confirmed the time")
    else:
        hours, minutes = divmod(int(order.seconds_left // 60), 60)
        click.echo(f"{asked}: carried out in {hours} h {minutes} min, or when somebody confirms it")


def _print_certificate(made: ask.EraseAllCertificate) -> None:
    click.echo(f"last erasure of all recordings: {_moment(made.at)}, {made.recordings} recordings")
    click.echo(KEPT[made.kept])
    click.echo(f"asked by {made.asked_by}, decided by {made.decided_by}, ground {made.ground}")
    click.echo(
        f"protection level {made.level}, keyring generation {made.generation}, activity log entry "
        f"{made.seq}"
    )
    for rest in made.remains:
        click.echo(f"may remain: {rest}")


def _moment(at: float) -> str:
    return datetime.fromtimestamp(at).astimezone().strftime("%Y-%m-%d %H:%M %Z")
