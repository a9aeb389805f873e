"""Run ``zgoda card``: do what the settings on a ready-made box's memory card say."""

import contextlib
import os
import pwd
import socket
from pathlib import Path

import click

from appliance.commands.helpers.refusals import said, said_of, told
from appliance.errors import ConfigError, ZgodaError
from appliance.model.sentences.faults import in_words


@click.command(
    short_help="Do what the settings on the memory card say (a ready-made box).",
    epilog="Example: zgoda card --settings /boot/firmware/zgoda-network.txt",
)
@click.option(
    "--settings",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The file that people write on any computer.",
)
@click.option(
    "--board-key",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The driver's file of the board's own key; blank where nobody has given it one.",
)
@click.option(
    "--chip",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The driver's file of the clock module's chip, which may be missing.",
)
@click.option(
    "--root",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("/"),
    help="Write below this folder.",
)
def command(file: Path, board_key: Path | None, chip: Path | None, root: Path) -> None:
    """Give the box its name and its network, at each start.

    A file with mistakes counts as not written: the box takes an address from the network, and the
    mistakes are told.
    """
    from appliance.card.board.chip import TAKEN
    from appliance.card.files import BOARD_SECRET, BOARD_STATE, CHIP_STATE, card_files, card_links
    from appliance.card.settings import CardSettings, read_settings

    wrong = False
    try:
        settings = read_settings(file)
    except ConfigError as error:
        settings, wrong = CardSettings(), True
        click.echo(told(error), err=True)
    found = _found(board_key)
    state = _noted(found, root)
    secret = found if state == "whole" else b""
    eraser = "board" if secret else "file"
    word = _chip_stands(chip, root, anew=bool(settings.chip_anew))
    if word in TAKEN:
        eraser = "eeprom"
    for path, wanted in card_files(settings, eraser).items():
        _write(_below(root, path), wanted.text.encode(), wanted.mode)
    for path, leads in card_links(settings).items():
        _link(_below(root, path), leads)
    _write(_below(root, CHIP_STATE), f"{word}\n".encode(), 0o644)
    _write(_below(root, BOARD_STATE), f"{state}\n".encode(), 0o644)
    if secret:
        reader = _uid("zgoda-keeper") if root == Path("/") else None
        _write(_below(root, BOARD_SECRET), secret, 0o400, reader)
    if root == Path("/"):
        socket.sethostname(settings.name)
    if wrong:
        raise ZgodaError(in_words("card_settings_ignored"))
    click.echo(f"The device is {settings.name}.local.")


def _found(board_key: Path | None) -> bytes:
    """Return what the board holds of a key; nothing where it has no place for one."""
    from appliance.card.board.key import KeyFile

    if board_key is None:
        return b""
    try:
        return KeyFile(board_key).read()
    except OSError as error:
        click.echo(said_of("board_key_lost", detail=error.strerror), err=True)
        return b""


def _noted(found: bytes, root: Path) -> str:
    """Return in one word how the board's key stands; note that one is whole that was begun."""
    from appliance.card.board.burn import finish
    from appliance.card.board.key import state_of
    from appliance.card.board.note import FOLDER, KeyNote
    from appliance.clock import SystemClock

    note, state = KeyNote(_below(root, FOLDER)), state_of(found)
    if state == "part" and not note.has_begun():
        return "foreign"
    if state == "whole":
        with contextlib.suppress(OSError):
            finish(note, SystemClock().now)
    return state


def _chip_stands(file: Path | None, root: Path, *, anew: bool) -> str:
    """Return in a word how the chip stands, and tell what a person has to know."""
    from appliance.card.board.burn import BurnPlaces
    from appliance.card.board.chip import ChipAtStart, look
    from appliance.card.board.note import FOLDER
    from appliance.vault.opening.erasers.chip import Chip

    places = BurnPlaces(folder=_below(root, FOLDER), data=_below(root, BurnPlaces().data))
    if file is None:
        return ""
    if root == Path("/") and not places.data.is_mount():
        return ""  # nobody can say whether there is a vault, and nothing runs without it
    word, faults = look(ChipAtStart(Chip(file), places), anew=anew)
    if faults:
        click.echo(said(faults), err=True)
    return word


def _below(root: Path, path: Path | str) -> Path:
    return root / str(path).lstrip("/")


def _uid(name: str) -> int:
    """Return a user's number.

    Raises:
        ZgodaError: there is none of that name.
    """
    try:
        return pwd.getpwnam(name).pw_uid
    except KeyError:
        raise ZgodaError(in_words("no_user_of_name", name=name)) from None


def _link(path: Path, leads: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(leads)
    fresh.replace(path)


def _write(path: Path, content: bytes, mode: int, uid: int | None = None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    with contextlib.suppress(FileNotFoundError):
        fresh.unlink()
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        os.fchmod(file.fileno(), mode)
        if uid is not None:
            os.fchown(file.fileno(), uid, -1)
        file.write(content)
    fresh.replace(path)
