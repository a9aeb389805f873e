"""Run ``zgoda release``: hang up the lines' modems after the recorder has ended."""

from collections.abc import Callable, Mapping
from pathlib import Path

import click

from appliance.commands.helpers.options import config_option, places_option
from appliance.commands.helpers.refusals import told
from appliance.config.drivers.driver import DeviceKind
from appliance.config.drivers.known import declared, devices
from appliance.config.folders import Folders
from appliance.config.kept import in_force, read_seed
from appliance.config.settings import Config
from appliance.errors import ZgodaError


@click.command(
    short_help="Hang up the modems of the lines (for the recorder's service).",
    epilog="Example: zgoda release --config /etc/zgoda/zgoda.toml --data /var/lib/zgoda",
)
@config_option
@places_option
def command(config_file: Path | None, folders: Folders) -> None:
    """Hang up every modem that a line uses.

    The recorder's service runs this whenever the recorder has ended, however it ended. Twice is
    as good as once. A port that is gone, or in use again, is left alone. Exit code 0, always, so
    that nothing keeps the recorder from starting again.
    """
    try:
        config = in_force(folders, read_seed(config_file, folders)).config
    except (ZgodaError, OSError) as error:
        click.echo(f"No modem was hung up: {told(error)}", err=True)
        return
    for path, release in to_release(config).items():
        click.echo(release(path))


def to_release(config: Config) -> Mapping[str, Callable[[str], str]]:
    """Return each port whose device may still hold its line, and what hangs that up."""
    from appliance.recorder.drivers import BY_DRIVER

    parts = [part for line in config.lines for part in line.parts.items()]
    ports = {
        path: part.driver
        for role, part in parts
        for _, kind, path in devices(role, part)
        if kind is DeviceKind.PORT
    }
    beside = (declared(role, part).beside for role, part in parts)
    ports |= {each.port: each.driver for each in beside if each is not None}
    found = {path: BY_DRIVER[driver].release for path, driver in ports.items()}
    return {path: release for path, release in found.items() if release is not None}
