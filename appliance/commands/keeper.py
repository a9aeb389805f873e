"""``zgoda keeper``: the process that keeps recordings, people and the audit."""

from pathlib import Path

import click

from appliance.clock import SystemClock
from appliance.commands.helpers.options import (
    allow_user_option,
    config_option,
    data_option,
    folders_at,
    log_to_stderr,
    read_config,
    stop_on_signal,
    uids_of,
)


@click.command(
    short_help="Keep recordings, people and the audit.",
    epilog="Example: zgoda keeper --config /etc/zgoda/zgoda.toml --data /var/lib/zgoda",
)
@config_option
@data_option
@allow_user_option
def command(config_file: Path | None, data: Path, users: tuple[str, ...]) -> None:
    """Keep the recordings: take up, find, play, erase; know who may, and put it on the record.

    Runs until it is told to stop (SIGTERM). On a box that is not set up yet it makes a one-time
    password, in run/first-run below the data folder.
    """
    from appliance.keeper.service import Keeper, serve

    log_to_stderr()
    uids = uids_of(users)
    folders = folders_at(data)
    keeper = Keeper(read_config(config_file), folders, SystemClock())
    serve(keeper, folders, stop_on_signal(), uids)
