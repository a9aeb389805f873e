"""Share options between the commands, with the same meaning everywhere."""

import functools
import logging
import re
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import msgspec

from appliance.commands.helpers.refusals import said_of
from appliance.config.folders import Folders
from appliance.config.kept import InForce, in_force, read_seed
from appliance.config.places import places, user_id
from appliance.config.read import load, parse, trial_text
from appliance.config.settings import Config
from appliance.errors import ConfigError

EXISTING_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


def _data_folder(data: Path) -> Folders:
    """Return the folders below a data folder; a device such as /dev/null is none."""
    if data.exists() and not data.is_dir():
        raise click.BadParameter(said_of("data_no_folder", path=data))
    return Folders(data.resolve())


def _emulated(name: str | None) -> str:
    """Return the name of a modem that can be emulated; empty for none."""
    if name is None:
        return ""
    from appliance.exchange.modem.profile import modem_names

    if name not in modem_names():
        known = ", ".join(modem_names())
        raise click.BadParameter(said_of("no_modem_of_name", name=name, known=known))
    return name


def need_trial(config_file: Path | None, modem: str) -> None:
    """Raise a UsageError if a modem is asked for beside a configuration of one's own."""
    if modem and config_file is not None:
        raise click.UsageError(said_of("modem_of_trial", modem=modem))


config_option = click.option(
    "--config",
    "config_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The configuration file; without one, the trial's simulated line.",
)

modem_option = click.option(
    "--modem",
    callback=lambda _context, _option, name: _emulated(name),
    help="Let the trial's line have an emulated voice modem, such as conexant.",
)

data_option = click.option(
    "--data",
    "folders",
    # The recorder may pass through the data folder of a box, but not look into it.
    type=click.Path(path_type=Path, file_okay=False, readable=False),
    default=Path("data"),
    callback=lambda _context, _option, data: _data_folder(data),
    envvar="ZGODA_DATA",
    show_default=True,
    help="The data folder.",
)


def places_option(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command that speaks to the box's processes their ``folders``."""

    @data_option
    @click.option(
        "--run",
        type=click.Path(path_type=Path, file_okay=False),
        help="Has the folders of the sockets; by default /run for /var/lib/zgoda, else DATA/run.",
    )
    @click.option(
        "--keeper-user",
        default="",
        help="The only user whose keeper is asked; by default zgoda-keeper for /var/lib/zgoda, "
        "else this user.",
    )
    @click.option("--recorder-user", default="", help="The same for the recorder.")
    @functools.wraps(command)
    def run_with(
        folders: Folders, run: Path | None, keeper_user: str, recorder_user: str, **rest: Any
    ) -> None:
        command(folders=places(folders.data, run, keeper_user, recorder_user), **rest)

    return run_with


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")


_STEERS = re.compile(r"[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
"""Signs that steer a terminal and that JSON may hold as they are; it escapes those below 32."""


def print_json(value: object, *, indent: int = 0) -> None:
    """Print a value as JSON, on one line unless it is indented; no sign of it steers a terminal."""
    encoded = msgspec.json.encode(value)
    text = (msgspec.json.format(encoded, indent=indent) if indent else encoded).decode()
    click.echo(_STEERS.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text).encode())


def as_process(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of one of the box's processes, and let it log.

    The command takes the configuration that it begins with, the folders and the ids of the users
    who may connect.
    """

    @config_option
    @places_option
    @click.option(
        "--allow-user",
        "users",
        multiple=True,
        help="Another user whose processes may connect; can be repeated.",
    )
    @functools.wraps(command)
    def run(
        config_file: Path | None, folders: Folders, users: tuple[str, ...], **rest: Any
    ) -> None:
        log_to_stderr()
        command(read_seed(config_file, folders), folders, uids_of(users), **rest)

    return run


def log_to_stderr() -> None:
    """Let a process log; a service manager adds the time."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(name)s: %(message)s")


def uids_of(users: tuple[str, ...]) -> set[int]:
    """Return the ids of the users named by ``--allow-user``.

    Raises:
        click.BadParameter: one of them does not exist.
    """
    found = set()
    for name in users:
        try:
            found.add(user_id(name))
        except ConfigError:
            raise click.BadParameter(
                said_of("no_user_of_name", name=name), param_hint="--allow-user"
            ) from None
    return found


def read_config(config_file: Path | None, modem: str = "", language: str = "en") -> Config:
    """Return the owner's configuration, or the trial's, as ``trial_text`` words it.

    Raises:
        ConfigError: it holds mistakes.
    """
    if config_file is not None:
        return load(config_file)
    return parse(trial_text(modem, language), "trial.toml")


def settings_of(folders: Folders, config_file: Path | None) -> InForce:
    """Return the settings in force in a data folder that began with a configuration.

    Raises:
        ConfigError: they cannot be read or hold mistakes.
    """
    return in_force(folders, read_seed(config_file, folders))


def stop_on_signal() -> threading.Event:
    """Return an event that SIGTERM and SIGINT set."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop
