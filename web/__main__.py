"""Run the panel's process: ``python -m web``."""

import contextlib
import dataclasses
import os
import socket
import sys
from pathlib import Path

import click

from appliance.config import reach, read
from appliance.config.places import places, user_id
from appliance.config.reach import Way
from appliance.config.settings import Config
from appliance.errors import ZgodaError, print_faults_without_text
from appliance.link.client import Client
from appliance.memory import protect, tell
from web import forgetting
from web.app import PanelSettings, create_app
from web.server import Panel, address, listen, listen_for_proxy


@click.command(epilog="Example: python -m web --data data --port 8470")
@click.option(
    "--config",
    "config_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The configuration; none is a trial.",
)
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("data"),
    envvar="ZGODA_DATA",
    show_default=True,
    help="The data folder.",
)
@click.option(
    "--run",
    type=click.Path(file_okay=False, path_type=Path),
    help="Has the folders of the sockets; by default /run for /var/lib/zgoda, else DATA/run.",
)
@click.option(
    "--keeper-user",
    default="",
    help="The only user whose keeper is asked; by default zgoda-keeper for /var/lib/zgoda, "
    "else this user.",
)
@click.option("--host", help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), help="The port to listen on; 0 for any.")
@click.option(
    "--socket",
    "path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where the TLS proxy finds the panel, if the configuration names a certificate.",
)
@click.option("--allow-user", "proxies", multiple=True, help="The TLS proxy's user.")
def command(  # noqa: PLR0913, PLR0917 - as many as there are options
    config_file: Path | None,
    data: Path,
    run: Path | None,
    keeper_user: str,
    host: str | None,
    port: int | None,
    path: Path | None,
    proxies: tuple[str, ...],
) -> None:
    """Serve the web panel; it asks the keeper for everything that it shows."""
    protect()
    config = read.load(config_file) if config_file else read.trial()
    if host is not None:
        config = dataclasses.replace(config, panel=dataclasses.replace(config.panel, host=host))
    folders = places(data, run, keeper_user)
    settings = settings_for(config)
    uids = {user_id(name) for name in proxies}
    if reach.way(config.panel) is Way.PROXY:
        listener = listen_for_proxy(path or folders.panel_socket)
        where = f"{path or folders.panel_socket}, for the TLS proxy"
    else:
        listener = _listen(config, port)
        where = address(listener)
    app = create_app(Client(folders.keeper_socket, uid=folders.keeper_uid), settings)
    forgetting.begin_with(app)
    with contextlib.suppress(OSError):  # the doctor then says that the panel did not tell
        folders.panel_run.mkdir(mode=0o711, exist_ok=True)
        tell(folders.panel_run)
    if "NOTIFY_SOCKET" not in os.environ:  # no service manager: say where it listens
        click.echo(f"The panel listens on {where}", err=True)
    Panel(app, listener, uids).run()


def _listen(config: Config, port: int | None) -> socket.socket:
    """Open the port; a name for loopback that leads elsewhere is refused.

    Raises:
        ZgodaError: nothing can be listened on, or other computers would reach it.
    """
    panel = config.panel
    listener = listen(panel.host, panel.port if port is None else port)
    found = listener.getsockname()[0]
    if reach.way(panel) is Way.LOOPBACK and not reach.is_loopback(found):
        listener.close()
        raise ZgodaError(f"The panel does not listen on {panel.host}: it is {found}, not loopback.")
    return listener


def settings_for(config: Config) -> PanelSettings:
    """Return the panel's settings from the configuration.

    Raises:
        ConfigError: the panel may not listen there.
    """
    return PanelSettings(
        secure=reach.way(config.panel) is Way.PROXY,
        trusted=config.panel.trusted,
        # A foreign name that points at this machine must not make a browser talk to the panel.
        hosts=reach.names(config.panel),
        purposes={purpose.id: purpose.label for purpose in config.purposes},
        trial=any(line.hook.driver == "exchange" for line in config.lines),
    )


def main() -> None:
    """Run the panel; report an error in one sentence, with exit code 2."""
    print_faults_without_text()
    try:
        command(prog_name="python -m web")
    except ZgodaError as error:
        click.echo(f"zgoda panel: {error}", err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
