"""Run ``zgoda keeper``, the process that keeps recordings, people and the audit."""

import click

from appliance.clock import SystemClock
from appliance.commands.helpers.options import as_process, stop_on_signal
from appliance.config.folders import Folders
from appliance.config.settings import Config


@click.command(
    short_help="Keep recordings, people and the audit (a process of the box).",
    epilog="Example: zgoda keeper --config /etc/zgoda/zgoda.toml --data /var/lib/zgoda",
)
@as_process
def command(config: Config, folders: Folders, uids: set[int]) -> None:
    """Keep recordings, people and the audit.

    The keeper takes recordings in, finds, plays and erases them. It decides who may do so and
    writes each act into the audit. It runs until it is stopped (SIGTERM). On a box that is not set
    up yet it writes a one-time password to the file first-run beside its socket.
    """
    from appliance.keeper.service import Keeper, serve
    from appliance.memory import protect

    protect()
    keeper = Keeper(config, folders, SystemClock(), panel_users=uids)
    serve(keeper, folders, stop_on_signal(), uids)
