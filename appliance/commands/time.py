"""Run ``zgoda time``: see and confirm the time, agree to an erasure, set the clock chip."""

import sys
from datetime import datetime
from pathlib import Path

import click

from appliance.commands.helpers.operator import Operator, as_operator
from appliance.commands.helpers.options import json_option, print_json
from appliance.commands.helpers.refusals import said_of
from appliance.commands.helpers.terminal import day, day_in_words, here, print_rows
from appliance.language import N_
from appliance.link.requests import time as ask

QUESTIONS = {
    "ask": N_(
        "The clock says another time than the one that was counted; erasure goes by the count."
    ),
    "wait": N_("The power was off for an unknown time; what became due meanwhile is not erased."),
    "first": N_("Nobody has confirmed the time yet; nothing is erased by itself."),
}


@click.group(short_help="See and confirm the box's time, and an erasure that waits.")
def command() -> None:
    """See and confirm the box's time, and agree to an erasure that waits.

    Recordings are erased by the time that the box counts. No clock moves it further than a day by
    itself: then a person has to say what time it is.
    """


@command.command(epilog="Example: zgoda time show --name Ewa")
@as_operator
@json_option
def show(operator: Operator, as_json: bool) -> None:
    """Show what time the box believes, and what waits for an administrator.

    Exit code 1 if something waits.
    """
    state = operator.ask(ask.GetTime())
    if as_json:
        print_json(state, indent=2)
    else:
        _print_state(state)
    if state.amiss:
        sys.exit(1)


@command.command(epilog="Example: zgoda time confirm --name Ewa --clock")
@as_operator
@click.option("--clock", "chosen", flag_value="clock", help="The clock is right.")
@click.option("--counted", "chosen", flag_value="counted", help="The counted time is right.")
@click.option(
    "--at",
    type=click.DateTime(["%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"]),
    help='Neither; it is this time, such as "2026-11-27 12:30", in the time zone of this computer.',
)
def confirm(operator: Operator, chosen: str | None, at: datetime | None) -> None:
    """Confirm the time. Recordings that are due by it are erased."""
    if (chosen is None) == (at is None):
        raise click.UsageError(said_of("one_time_of_three"))
    state = operator.ask(ask.GetTime())
    told = at.astimezone().timestamp() if at is not None else getattr(state, chosen or "")
    if told is None:
        raise click.UsageError(said_of("no_such_time", which=chosen))
    operator.ask(ask.ConfirmTime(told, state.uptime, operator.password))
    click.echo(here(N_("Confirmed: %(time)s."), time=_moment(told)))
    _print_due(operator.ask(ask.GetTime()))


@command.command("allow-erasure", epilog="Example: zgoda time allow-erasure --name Ewa --count 212")
@as_operator
@click.option("--count", type=int, required=True, help="How many recordings, as shown.")
def allow_erasure(operator: Operator, count: int) -> None:
    """Agree to an erasure that waits. The count shows that you have looked at it."""
    due = operator.ask(ask.GetTime()).due
    if not due:
        click.echo(here(N_("No erasure waits.")))
        return
    operator.ask(ask.AllowErasure(due[-1].day, count, operator.password))
    click.echo(here(N_("They are being erased; within a minute it is final.")))


@command.command("set-chip", epilog="Example: zgoda time set-chip /run/zgoda-keeper/believed")
@click.argument("believed", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--device",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("/dev/rtc0"),
    show_default=True,
    help="The clock chip.",
)
def set_chip(believed: Path, device: Path) -> None:
    """Set the clock chip to the time that the keeper believes (a unit of the box, as root)."""
    from appliance.clock import SystemClock, read_boot_id
    from appliance.keeper.time.set_chip import set_chip as set_it

    at = set_it(believed, device, read_boot_id(), SystemClock().monotonic())
    click.echo(here(N_("The clock chip is set to %(time)s."), time=_moment(at)))


def _print_state(state: ask.TimeState) -> None:
    times = [
        (N_("counted"), state.counted),
        (N_("clock"), state.clock),
        (N_("chip"), state.chip),
    ]
    not_known = here(N_("not known"))
    print_rows((name, not_known if at is None else _moment(at)) for name, at in times)
    if state.chip_set:
        set_anew = N_("Somebody has set the chip: it counts again once the time is confirmed.")
        click.echo(here(set_anew))
    if state.question in QUESTIONS:
        click.echo(here(QUESTIONS[state.question]))
    _print_due(state)


def _print_due(state: ask.TimeState) -> None:
    if not state.due:
        return
    click.echo(here(N_("An erasure waits for an administrator:")))
    for row in state.due:
        click.echo(f"{day(row.day)}  {row.recordings}")
    print_rows([(N_("together"), str(sum(row.recordings for row in state.due)))])
    if kept := sum(row.kept for row in state.due):
        click.echo(here(N_("Of them %(kept)s stay, since they are held silently."), kept=kept))


def _moment(at: float) -> str:
    when = datetime.fromtimestamp(at).astimezone()
    return f"{day_in_words(when)}, {when:%H:%M:%S %Z}"
