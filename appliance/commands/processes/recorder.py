"""Run ``zgoda recorder``, the process that listens to the lines."""

from functools import partial

import click

from appliance.clock import SystemClock
from appliance.commands.helpers.options import as_process, stop_on_signal
from appliance.config.folders import Folders
from appliance.config.kept import Seed, in_force


@click.command(
    short_help="Ask callers and record those who agree (a process of the box).",
    epilog="Example: zgoda recorder --config /etc/zgoda/zgoda.toml --data /var/lib/zgoda",
)
@as_process
def command(seed: Seed, folders: Folders, uids: set[int]) -> None:
    """Listen to every line, ask each caller, and record those who agree.

    The recorder runs until it is stopped (SIGTERM). It needs neither keeper nor panel. Settings
    that were changed in the panel lie in the data folder and hold in place of the configuration.
    """
    from appliance.memory import protect
    from appliance.recorder.serve import make_places, serve
    from appliance.recorder.service import Recorder

    protect()
    make_places(folders)
    settings = partial(in_force, folders, seed)
    recorder = Recorder(settings().config, folders, SystemClock(), settings=settings)
    serve(recorder, folders, stop_on_signal(), uids)
