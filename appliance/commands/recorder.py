"""Run ``zgoda recorder``, the process that listens to the lines."""

import click

from appliance.clock import SystemClock
from appliance.commands.helpers.options import as_process, stop_on_signal
from appliance.config.folders import Folders
from appliance.config.settings import Config


@click.command(
    short_help="Ask callers and record those who agree (a process of the box).",
    epilog="Example: zgoda recorder --config /etc/zgoda/zgoda.toml --data /var/lib/zgoda",
)
@as_process
def command(config: Config, folders: Folders, uids: set[int]) -> None:
    """Listen to every line, ask each caller, and record those who agree.

    The recorder runs until it is stopped (SIGTERM). It needs neither keeper nor panel.
    """
    from appliance.memory import protect
    from appliance.recorder.service import Recorder, make_places, serve

    protect()
    make_places(folders)
    serve(Recorder(config, folders, SystemClock()), folders, stop_on_signal(), uids)
