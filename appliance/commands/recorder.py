"""``zgoda recorder``: the process that hears the lines."""

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
    epilog="Example: zgoda recorder --config /etc/zgoda/zgoda.toml --data /var/lib/zgoda"
)
@config_option
@data_option
@allow_user_option
def command(config_file: Path | None, data: Path, users: tuple[str, ...]) -> None:
    """Listen on every line; ask, and record what was agreed to.

    Runs until it is told to stop (SIGTERM). Needs neither keeper nor panel.
    """
    from appliance.recorder.service import Recorder, make_places, serve

    log_to_stderr()
    uids = uids_of(users)
    folders = folders_at(data)
    make_places(folders)
    recorder = Recorder(read_config(config_file), folders, SystemClock())
    serve(recorder, folders, stop_on_signal(), uids)
