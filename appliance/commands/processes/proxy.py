"""Run ``zgoda proxy``: become haproxy, which serves the panel to other computers over TLS."""

import os
from pathlib import Path

import click

from appliance.commands.helpers.options import (
    config_option,
    data_option,
    read_config,
    settings_of,
)
from appliance.config import haproxy, reach
from appliance.config.folders import Folders
from appliance.config.reach import Way
from appliance.config.settings import Panel
from appliance.errors import ConfigError, ZgodaError


@click.command(
    short_help="Serve the panel over TLS (a process of the box).",
    epilog="Example: zgoda proxy --config /etc/zgoda/zgoda.toml --data /var/lib/zgoda",
)
@config_option
@data_option
@click.option(
    "--socket",
    "path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where the panel listens; by default below the data folder.",
)
@click.option("--port", type=click.IntRange(1, 65535), help="The port to listen on.")
def command(
    config_file: Path | None, folders: Folders, path: Path | None, port: int | None
) -> None:
    """Serve the panel to other computers over TLS.

    The command checks the certificate and key of the configuration and becomes haproxy. Without a
    certificate there is nothing to do: it says so and ends.
    """
    from appliance.config.certificate import check_key

    panel = _panel(folders, config_file)
    if reach.way(panel) is not Way.PROXY:
        raise ZgodaError("No certificate is named below [panel], so no proxy is needed.")
    check_key(panel)
    become_haproxy(panel, path or folders.panel_socket, port or panel.port)


def _panel(folders: Folders, config_file: Path | None) -> Panel:
    """Return the panel's settings in force; the seed's where this user may not see the others.

    Raises:
        ConfigError: they cannot be read or hold mistakes.
    """
    try:
        return settings_of(folders, config_file).config.panel
    except ConfigError:
        if os.access(folders.settings, os.R_OK | os.X_OK):
            raise
        return read_config(config_file).panel


def need_haproxy() -> str:
    """Return the path of haproxy.

    Raises:
        ZgodaError: it is not installed.
    """
    program = haproxy.find()
    if program is None:
        raise ZgodaError(
            "haproxy is not installed, and without it nobody reaches the panel over TLS: "
            f"apt install haproxy (version {haproxy.FIRST_VERSION} or newer)."
        )
    return program


def become_haproxy(panel: Panel, path: Path, port: int) -> None:
    """Replace this process by haproxy; it reports to the service manager that it is ready.

    Raises:
        ZgodaError: it is not installed.
    """
    program, told = invocation(panel, path, port)
    kept = {name: os.environ[name] for name in ("NOTIFY_SOCKET", "PATH") if name in os.environ}
    os.execve(program[0], program, {**kept, **told})  # noqa: S606  # the path is the system's own


def invocation(panel: Panel, path: Path, port: int) -> tuple[list[str], dict[str, str]]:
    """Return haproxy's command line, and the variables that ``zgoda.cfg`` reads.

    Raises:
        ZgodaError: it is not installed.
    """
    from appliance.lines.profiles import firmware_config

    settings = firmware_config() / "haproxy" / "zgoda.cfg"
    told = {
        "ZGODA_LISTEN": f"{reach.in_url(panel.host)}:{port}",
        "ZGODA_CERTIFICATE": panel.certificate,
        "ZGODA_KEY": panel.key,
        "ZGODA_SOCKET": str(path),
    }
    # -Ws: a master that tells the service manager, and one worker.
    return [need_haproxy(), "-Ws", "-q", "-f", str(settings)], told
