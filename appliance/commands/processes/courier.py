"""Run ``zgoda courier``, the process that speaks outward."""

import click

from appliance.commands.helpers.options import log_to_stderr, places_option, stop_on_signal
from appliance.config.folders import Folders


@click.command(
    short_help="Send mail and backups, fetch updates (a process of the box).",
    epilog="Example: zgoda courier --data /var/lib/zgoda",
)
@places_option
def command(folders: Folders) -> None:
    """Send the keeper's mail, carry its backups to a server, fetch updates of a ready-made box.

    The courier has no keys, no devices and no data folder. The keeper lends it the password of the
    mail server for each mail, and the box's key for the server of the backups for each login. It
    runs until it is stopped (SIGTERM), and ends by itself where nothing is set up: its service
    starts it when something is.
    """
    from appliance.courier.service import serve
    from appliance.memory import protect

    protect()
    log_to_stderr()
    serve(folders, stop_on_signal())
