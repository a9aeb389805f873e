"""Run the panel's process: ``python -m web``."""

import ipaddress
import os
import sys
from pathlib import Path

import click

from appliance.config import read
from appliance.config.folders import Folders
from appliance.config.settings import Config
from appliance.errors import ZgodaError, print_faults_without_text
from appliance.link.client import Client
from web.app import PanelSettings, create_app
from web.server import Panel, address, listen

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(epilog="Example: python -m web --data data --port 8470")
@click.option("--config", "config_file", type=_FILE, help="The configuration; none is a trial.")
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("data"),
    envvar="ZGODA_DATA",
    show_default=True,
    help="The data folder.",
)
@click.option("--host", help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), help="The port to listen on; 0 for any.")
@click.option("--certificate", type=_FILE, help="TLS certificate, PEM; needs --key.")
@click.option("--key", type=_FILE, help="The certificate's private key, PEM.")
def command(
    config_file: Path | None,
    data: Path,
    host: str | None,
    port: int | None,
    certificate: Path | None,
    key: Path | None,
) -> None:
    """Serve the web panel; it asks the keeper for everything that it shows."""
    if (certificate is None) != (key is None):
        raise click.UsageError("--certificate and --key go together.")
    config = read.load(config_file) if config_file else read.trial()
    secure = certificate is not None
    listener = listen(host or config.panel.host, config.panel.port if port is None else port)
    where = address(listener, secure=secure)
    keeper = Client(Folders(data.resolve()).keeper_socket)
    app = create_app(keeper, settings_for(config, listener.getsockname()[0], secure=secure))
    if "NOTIFY_SOCKET" not in os.environ:  # no service manager: say where it listens
        click.echo(f"The panel listens on {where}", err=True)
    Panel(app, listener, certificate, key).run()


def settings_for(config: Config, host: str, *, secure: bool) -> PanelSettings:
    """Return the panel's settings from the configuration."""
    # A loopback panel answers to loopback's names alone: a foreign name that points at this machine
    # must not make a browser talk to it.
    local = ipaddress.ip_address(host).is_loopback
    return PanelSettings(
        secure=secure,
        hosts=("localhost", "127.0.0.1", "[::1]") if local else (),
        purposes={purpose.id: purpose.says for purpose in config.purposes},
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
