"""Run ``zgoda board``: burn the board's key (a unit of a card, as root)."""

import subprocess
from pathlib import Path

import click

ANEW = ("zgoda-card-settings.service", "zgoda-keeper.service")
"""Started anew, in this order: they find out what the board holds."""

TOUCHED = frozenset({"burnt", "failed"})
"""How a burning ended that may have changed what the board holds."""


@click.group(short_help="Give the board a secret of its own (a unit of a ready-made box).")
def command() -> None:
    """Do what the first page of the panel asks for: burn the board's key."""


@command.command("burn", epilog="Example: zgoda board burn /run/zgoda-keeper/board-key")
@click.argument("request", type=click.Path(path_type=Path, dir_okay=False))
def burn(request: Path) -> None:
    """Burn the board's key, as the keeper has written into REQUEST.

    It cannot be undone. Exit code 0 also where no key was burnt: the panel tells why.
    """
    from appliance.card.board.burn import REQUEST, BurnPlaces
    from appliance.card.board.burn import burn as burn_it
    from appliance.card.update.install import read_request
    from appliance.clock import SystemClock

    read_request(request, REQUEST)
    ended = burn_it(BurnPlaces(), SystemClock().now)
    click.echo(f"The board's key: {ended.outcome}")
    for unit in ANEW if ended.outcome in TOUCHED else ():
        subprocess.run(["systemctl", "restart", unit], check=True)
