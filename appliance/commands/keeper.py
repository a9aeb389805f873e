"""``zgoda keeper``: the process that keeps recordings, people and the audit."""

import pwd
from pathlib import Path

import click

from appliance.clock import SystemClock
from appliance.commands.options import (
    config_option,
    data_option,
    folders_at,
    log_to_stderr,
    read_config,
    stop_on_signal,
)


@click.command(epilog="Example: zgoda keeper --config /etc/zgoda/zgoda.toml --data /var/lib/zgoda")
@config_option
@data_option
@click.option(
    "--allow-user",
    "users",
    multiple=True,
    help="Another user whose processes may connect, such as the panel's; can be repeated.",
)
def command(config_file: Path | None, data: Path, users: tuple[str, ...]) -> None:
    """Keep the recordings: take up, find, play, erase; know who may, and put it on the record.

    Runs until it is told to stop (SIGTERM). On a box that is not set up yet it makes a one-time
    password, in run/first-run below the data folder.
    """
    from appliance.keeper.service import Keeper, serve

    log_to_stderr()
    uids = {_uid(name) for name in users}
    folders = folders_at(data)
    keeper = Keeper(read_config(config_file), folders, SystemClock())
    serve(keeper, folders, stop_on_signal(), uids)


def _uid(name: str) -> int:
    try:
        return pwd.getpwnam(name).pw_uid
    except KeyError:
        raise click.BadParameter(f"there is no user {name!r}", param_hint="--allow-user") from None
