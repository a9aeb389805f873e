"""Run ``zgoda proxy``: become haproxy, which serves the panel to other computers over TLS."""

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import click

from appliance.commands.helpers.options import (
    config_option,
    data_option,
    read_config,
    settings_of,
    stop_on_signal,
)
from appliance.config import haproxy, reach
from appliance.config.folders import Folders
from appliance.config.settings import Panel
from appliance.errors import ConfigError, ZgodaError
from appliance.link import panel_word
from appliance.model.sentences.faults import in_words

LOOK_SECONDS = 1.0
"""Between two looks at the panel's word."""

END_SECONDS = 10.0
"""haproxy ends within that time, or is killed."""


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
@click.option(
    "--plain-port",
    "plain",
    type=click.IntRange(1, 65535),
    help="A port that sends browsers without TLS to the same name with it; none by default.",
)
def command(
    config_file: Path | None,
    folders: Folders,
    path: Path | None,
    port: int | None,
    plain: int | None,
) -> None:
    """Serve the panel to other computers over TLS.

    The command checks the certificate and key of the settings in force and becomes haproxy. Where
    it may not look into the data folder it goes by the panel's own word, and ends when that
    changes: its service starts it again. Without a certificate there is nothing to do: it says so
    and ends.
    """
    from appliance.config.certificate import check_key

    place = path or folders.panel_socket
    panel, word = _panel(folders, config_file, place.parent)
    if not reach.proxied(panel):
        raise ZgodaError(in_words("proxy_unneeded"))
    check_key(panel)
    program, told = invocation(panel, place, port or panel.port, plain)
    if word is None:
        become(program, told)
    sys.exit(run_while_said(program, told, place.parent, word))


def _panel(folders: Folders, config_file: Path | None, run: Path) -> tuple[Panel, Panel | None]:
    """Return the panel's settings in force, and its word for it where that is all we may see.

    Before the panel has left its first word the seed's settings hold.

    Raises:
        ConfigError: they cannot be read or hold mistakes.
    """
    try:
        return settings_of(folders, config_file).config.panel, None
    except ConfigError:
        if os.access(folders.settings, os.R_OK | os.X_OK):
            raise
    seed = read_config(config_file).panel
    said = panel_word.left(run)
    return said or seed, said or seed


def need_haproxy() -> str:
    """Return the path of haproxy.

    Raises:
        ZgodaError: it is not installed.
    """
    program = haproxy.find()
    if program is None:
        raise ZgodaError(in_words("proxy_missing", version=haproxy.FIRST_VERSION))
    return program


def become(program: list[str], told: dict[str, str]) -> NoReturn:
    """Replace this process by haproxy; it reports to the service manager that it is ready."""
    ends, named = pair()
    for end in ends:
        end.set_inheritable(True)
    os.execve(program[0], program, _surroundings(told | named))  # noqa: S606  # the system's own


def pair() -> tuple[tuple[socket.socket, socket.socket], dict[str, str]]:
    """Return the sockets between haproxy's port and its TLS, and the variables that name them.

    They are numbers alone, without a path: nobody else can connect there and claim an address.
    """
    to_tls, from_door = socket.socketpair()
    named = {"ZGODA_TO_TLS": str(to_tls.fileno()), "ZGODA_FROM_DOOR": str(from_door.fileno())}
    return (to_tls, from_door), named


def run_while_said(program: list[str], told: dict[str, str], run: Path, word: Panel) -> int:
    """Run haproxy until it ends, is stopped, or the panel follows other settings.

    Returns:
        The exit code: haproxy's own if it ended by itself, else 0.
    """
    stop = stop_on_signal()
    ends, named = pair()
    with ends[0], ends[1]:
        process = subprocess.Popen(
            program, env=_surroundings(told | named), pass_fds=[end.fileno() for end in ends]
        )
    try:
        while not stop.wait(LOOK_SECONDS):
            if (code := process.poll()) is not None:
                return code
            if _says_otherwise(run, word):
                click.echo("The panel follows other settings: the proxy starts again.", err=True)
                return 0
        return 0
    finally:
        _end(process)


def _says_otherwise(run: Path, word: Panel) -> bool:
    """Say whether the panel has left another word; one that cannot be read changes nothing."""
    try:
        said = panel_word.left(run)
    except ConfigError:
        return False
    return said is not None and said != word


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _surroundings(told: dict[str, str]) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("NOTIFY_SOCKET", "PATH") if name in os.environ}
    return {**kept, **told}


def invocation(
    panel: Panel, path: Path, port: int, plain: int | None = None
) -> tuple[list[str], dict[str, str]]:
    """Return haproxy's command line, and the variables that ``zgoda.cfg`` reads beside ``pair``'s.

    Args:
        panel: its address, certificate and key.
        path: where the panel listens.
        port: for browsers.
        plain: for browsers that come without TLS; None for none.

    Raises:
        ZgodaError: it is not installed, or takes no socket with so long a path.
    """
    from appliance.config.drivers.profiles import firmware_config

    if (length := len(os.fsencode(path))) > haproxy.LONGEST_SOCKET:
        raise ZgodaError(
            in_words("proxy_socket", path=path, length=length, most=haproxy.LONGEST_SOCKET)
        )
    settings = firmware_config() / "haproxy" / "zgoda.cfg"
    told = {
        "ZGODA_LISTEN": _bound(panel.host, port),
        "ZGODA_CERTIFICATE": panel.certificate,
        "ZGODA_KEY": panel.key,
        "ZGODA_SOCKET": str(path),
    }
    if plain is not None:
        told["ZGODA_PLAIN"] = _bound(panel.host, plain)
    # -Ws: a master that tells the service manager, and one worker.
    return [need_haproxy(), "-Ws", "-q", "-f", str(settings)], told


def _bound(host: str, port: int) -> str:
    """Return where haproxy listens: for every address at one socket of IPv4 and one of IPv6.

    One for both would show a browser of IPv4 at an address of IPv6, and all of them as one network.
    """
    if not reach.is_every_address(host):
        return f"{reach.in_url(host)}:{port}"
    every = f"0.0.0.0:{port}"
    return f"{every},[::]:{port}" if _speaks_ipv6() else every


def _speaks_ipv6() -> bool:
    """Say whether the kernel has IPv6: without it haproxy would not start."""
    try:
        socket.socket(socket.AF_INET6).close()
    except OSError:
        return False
    return True
