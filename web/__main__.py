"""Run the panel's process: ``python -m web``."""

import contextlib
import dataclasses
import os
import socket
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from appliance.config import reach, read
from appliance.config.places import places, user_id
from appliance.config.settings import Config
from appliance.config.settings import Panel as PanelSection
from appliance.errors import ConfigError, ZgodaError, print_faults_without_text
from appliance.language import language_of
from appliance.link import panel_word
from appliance.link.client import Client
from appliance.link.pulse import Pulse
from appliance.link.requests.settings import PanelPart
from appliance.memory import protect, tell
from appliance.model.sentences.faults import device_fault, in_words, said_in, told_in
from web import following, forgetting
from web.app import PanelSettings, create_app
from web.following import tell_address
from web.server import PanelServer, address, listen, listen_for_proxy


@click.command(
    epilog="Example: zgoda panel --data data --port 8470",
    context_settings={"help_option_names": ["-h", "--help"]},
)
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
    folders = places(data, run, keeper_user)
    pulse = Pulse(folders.keeper_socket, uid=folders.keeper_uid)
    pulse.start(threading.Event())
    client = Client(folders.keeper_socket, uid=folders.keeper_uid, silent=pulse.silent)
    part = following.part_of(client)
    config = _seed(config_file, part)

    def took(part: PanelPart) -> PanelSection:
        return following.panel_of(part, host, port)

    given = {key: value for key, value in (("host", host), ("port", port)) if value is not None}
    seed = dataclasses.replace(config.panel, **given)  # type: ignore[arg-type]
    wanted = seed if part is None else took(part)
    panel, listener, where, problem = _begin(
        wanted, path or folders.panel_socket, _instead(part, seed, chosen=bool(given))
    )
    purposes = _purposes(config)
    if part is not None:
        purposes = {**part.purposes}
    settings = settings_for(config, panel, purposes, part)
    app = create_app(client, settings)
    forgetting.begin_with(app)
    with contextlib.suppress(OSError):  # the doctor then says that the panel did not tell
        folders.panel_run.mkdir(mode=0o711, exist_ok=True)
        tell(folders.panel_run)
        tell_address(folders.panel_run, problem)
        panel_word.leave((path or folders.panel_socket).parent, panel)
    if "NOTIFY_SOCKET" not in os.environ:  # no service manager: say where it listens
        click.echo(f"The panel listens on {where}", err=True)
    server = PanelServer(app, listener, {user_id(name) for name in proxies})
    again = threading.Event()

    def start_again() -> None:
        again.set()
        server.stop()

    def seen(part: PanelPart) -> None:
        app.extensions["trial"] = part.trial

    watching = following.SettingsWatcher(client, wanted, took, purposes, start_again, seen)
    watching.start()
    server.run()
    watching.stop()
    if again.is_set():
        following.start_again(panel)


Begun = tuple[PanelSection, socket.socket, str, str]
"""The settings that the panel follows, its socket, its address, and why not those it wanted."""


def _seed(config_file: Path | None, part: PanelPart | None) -> Config:
    """Return the configuration file; nobody needs a mistaken one while the keeper says what holds.

    Raises:
        ConfigError: it holds mistakes, and the keeper says nothing.
    """
    try:
        return read.load(config_file) if config_file else read.trial()
    except ConfigError as error:
        if part is None:
            raise
        click.echo(_said(error), err=True)
        return dataclasses.replace(read.trial(), panel=PanelSection())


def _instead(
    part: PanelPart | None, seed: PanelSection, *, chosen: bool
) -> tuple[PanelSection, ...]:
    """Return where else the panel may listen.

    An address that was saved in it, and that this machine does not have or may not open, must not
    end it: there alone it can be changed. So it goes where root wants it, or where a box without a
    word of it listens. What root wrote, or chose on the command line, is told and not helped.
    """
    before = following.remembered(following.WAS)
    saved = part is not None and part.version > 0 and not chosen
    places = (before, *((seed, PanelSection()) if saved else ()))
    return tuple(each for each in places if each is not None)


def _begin(wanted: PanelSection, path: Path, instead: Sequence[PanelSection] = ()) -> Begun:
    """Listen where the settings want it, or in the first other place where that is possible.

    Raises:
        ZgodaError: it can listen nowhere.
    """
    problem: ZgodaError | None = None
    for place in dict.fromkeys((wanted, *instead)):
        try:
            opened = _open(place, path)
        except ZgodaError as error:
            problem = problem or error
            continue
        if problem is not None:
            instead_of = device_fault("panel_instead", where=opened[1]).fault
            click.echo(f"{_said(problem)} {told_in([instead_of], _language())}", err=True)
        return (place, *opened, str(problem or ""))
    raise problem or ZgodaError(device_fault("panel_nowhere"))


def _said(error: ZgodaError) -> str:
    return said_in(error, _language())


def _language() -> str:
    return language_of(os.environ)


def _open(panel: PanelSection, path: Path) -> tuple[socket.socket, str]:
    proxied = reach.proxied(panel)  # the gravest mistake is told first
    reach.names(panel)
    if proxied:
        return listen_for_proxy(path), f"{path}, for the TLS proxy"
    listener = _listen(panel)
    return listener, address(listener)


def _purposes(config: Config) -> dict[str, Mapping[str, str]]:
    return {purpose.id: purpose.label for purpose in config.purposes}


def _listen(panel: PanelSection) -> socket.socket:
    """Open the port; a name for loopback that leads elsewhere is refused.

    Raises:
        ZgodaError: nothing can be listened on, or other computers would reach it.
    """
    listener = listen(panel.host, panel.port)
    found = listener.getsockname()[0]
    if not reach.proxied(panel) and not reach.is_loopback(found):
        listener.close()
        raise ZgodaError(in_words("panel_not_loopback", host=panel.host, found=found))
    return listener


def settings_for(
    config: Config,
    panel: PanelSection | None = None,
    purposes: Mapping[str, Mapping[str, str]] | None = None,
    part: PanelPart | None = None,
) -> PanelSettings:
    """Return the panel's settings: from the seed, and from what the keeper says of the present.

    Raises:
        ConfigError: the panel may not listen there.
    """
    panel = panel or config.panel
    return PanelSettings(
        secure=reach.proxied(panel),
        trusted=panel.trusted,
        # A foreign name that points at this machine must not make a browser talk to the panel.
        hosts=reach.names(panel),
        purposes=_purposes(config) if purposes is None else purposes,
        trial=config.trial if part is None else part.trial,
    )


def main() -> None:
    """Run the panel; report an error in one sentence, with exit code 2."""
    print_faults_without_text()
    try:
        command(prog_name=os.environ.pop("ZGODA_CALLED", "python -m web"))
    except ZgodaError as error:
        click.echo(f"zgoda panel: {_said(error)}", err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
