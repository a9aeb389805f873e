"""What the commands share: the same options, with the same meaning everywhere."""

import logging
import pwd
import signal
import sys
import threading
from pathlib import Path

import click

from appliance.config.folders import Folders
from appliance.config.read import load, trial
from appliance.config.settings import Config

DEFAULT_DATA = Path("data")

config_option = click.option(
    "--config",
    "config_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The configuration; without one, a trial on the simulated exchange.",
)

data_option = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=DEFAULT_DATA,
    envvar="ZGODA_DATA",
    show_default=True,
    help="The data folder.",
)

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")

allow_user_option = click.option(
    "--allow-user",
    "users",
    multiple=True,
    help="Another user whose processes may connect; can be repeated.",
)


def uids_of(users: tuple[str, ...]) -> set[int]:
    """Return the ids of the users that ``--allow-user`` names.

    Raises:
        click.BadParameter: one of them does not exist.
    """
    found = set()
    for name in users:
        try:
            found.add(pwd.getpwnam(name).pw_uid)
        except KeyError:
            raise click.BadParameter(
                f"there is no user {name!r}", param_hint="--allow-user"
            ) from None
    return found


def read_config(config_file: Path | None) -> Config:
    """Return the owner's configuration, or the trial's.

    Raises:
        ConfigError: it holds mistakes.
    """
    return trial() if config_file is None else load(config_file)


def folders_at(data: Path) -> Folders:
    """Return the places of a data folder."""
    return Folders(data.resolve())


def log_to_stderr(level: int = logging.INFO) -> None:
    """Log sentences to standard error; a service manager adds the time."""
    logging.basicConfig(stream=sys.stderr, level=level, format="%(name)s: %(message)s")


def stop_on_signal() -> threading.Event:
    """Return an event that SIGTERM and SIGINT set."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop
