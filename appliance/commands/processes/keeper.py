"""Run ``zgoda keeper``, the process that keeps recordings, people and the audit."""

import click

from appliance.clock import SystemClock
from appliance.commands.helpers.options import as_process, stop_on_signal, uids_of
from appliance.commands.helpers.refusals import said_of
from appliance.config.folders import Folders
from appliance.config.kept import Seed, config_to_open


@click.command(
    short_help="Keep recordings, people and the audit (a process of the box).",
    epilog="Example: zgoda keeper --config /etc/zgoda/zgoda.toml --data /var/lib/zgoda",
)
@click.option(
    "--courier-user",
    default="",
    help="The courier's user, who may ask for its errands alone; by default this user.",
)
@as_process
def command(seed: Seed, folders: Folders, uids: set[int], courier_user: str) -> None:
    """Keep recordings, people and the audit.

    The keeper takes recordings in, finds, plays and erases them. It decides who may do so and
    writes each act into the audit. It runs until it is stopped (SIGTERM). On a box that is not set
    up yet it writes a one-time password to the file first-run beside its socket.
    """
    from appliance.keeper.serve import serve
    from appliance.keeper.service import Keeper
    from appliance.memory import protect

    protect()
    config = config_to_open(folders, seed)
    couriers = uids_of((courier_user,)) if courier_user else set()
    if couriers & uids:
        raise click.BadParameter(said_of("own_user"), param_hint="--courier-user")
    courier = min(couriers, default=None)
    clock = SystemClock()
    keeper = Keeper(config, folders, clock, panel_users=uids, seed=seed, courier=courier)
    serve(keeper, folders, stop_on_signal(), uids | couriers)
