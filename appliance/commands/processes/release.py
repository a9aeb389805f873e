"""Run ``zgoda release``: hang up the lines' modems after the recorder has ended."""

from pathlib import Path

import click

from appliance.commands.helpers.options import config_option, places_option
from appliance.commands.helpers.refusals import told
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
    from appliance.lines.modem.release import release

    try:
        config = in_force(folders, read_seed(config_file)).config
    except (ZgodaError, OSError) as error:
        click.echo(f"No modem was hung up: {told(error)}", err=True)
        return
    for path in modem_ports(config):
        click.echo(release(path))


def modem_ports(config: Config) -> list[str]:
    """Return the ports of all lines' modems, each once."""
    parts = [part for line in config.lines for part in (line.hook, line.audio, line.prompt)]
    ports = [str(part.options.get("port", "")) for part in parts if part.driver == "modem"]
    beside = [part.options for part in parts if part.options.get("caller") == "modem"]
    ports += [str(options.get("caller_port", "")) for options in beside]
    return list(dict.fromkeys(filter(None, ports)))
