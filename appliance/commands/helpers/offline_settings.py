"""Ask the settings' own handlers without a keeper, as the owner of the data folder."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar, cast

import click
from msgspec import Struct

from appliance.clock import SystemClock
from appliance.commands.helpers.owner import become_owner
from appliance.config.folders import Folders
from appliance.config.kept import read_seed
from appliance.config.places import APPLIANCE_DATA, APPLIANCE_SEED, user_name
from appliance.errors import LinkError, ZgodaError
from appliance.keeper.handlers.settings import RecorderQuestions, SettingsDesk
from appliance.keeper.people.sessions import Caller
from appliance.keeper.settings.book import SettingsBook
from appliance.keeper.settings.offline import ROOT, settings_without_keeper
from appliance.keeper.time.chip import Boot
from appliance.link.client import Client
from appliance.link.handlers import handlers_of
from appliance.link.operations import Operation, Role
from appliance.link.requests.settings import SettingsChanged
from appliance.model.sentences.faults import in_words

ReplyT = TypeVar("ReplyT", bound=Struct)

this_boot = Boot.of_this_machine


class Offline:
    """The settings as the keeper would show and change them."""

    def __init__(self, book: SettingsBook, folders: Folders, who: str) -> None:
        """Begin; a recorder that runs is asked and told as ever."""
        recorder = Client(folders.recorder_socket, process="recorder", uid=folders.recorder_uid)
        asked = RecorderQuestions(
            lambda: recorder.call(SettingsChanged()),
            lambda asked, text: recorder.call(asked, upload=text),
        )
        desk = SettingsDesk(book, asked, lambda now: None, lambda operator: "")
        self._handlers = handlers_of(desk)
        self._who = Caller(ROOT, who, frozenset({Role.ADMINISTRATOR}), "")

    def ask(self, operation: Operation[ReplyT]) -> ReplyT:
        """Do an operation of the settings; raises Refused or another ZgodaError."""
        sent = (b"",) if operation.upload else ()
        return cast(ReplyT, self._handlers[type(operation)](operation, self._who, *sent))


@contextlib.contextmanager
def offline(folders: Folders, config_file: Path | None, away: LinkError) -> Iterator[Offline]:
    """Open the settings in a data folder whose keeper does not run.

    Args:
        folders: of the box.
        config_file: the seed that the box is started with; None for the usual one.
        away: what was said when the keeper was asked.

    Raises:
        ZgodaError: a keeper is at work all the same, this user may not, or there is no vault.
    """
    named = config_file
    if named is None and folders.data == APPLIANCE_DATA and APPLIANCE_SEED.exists():
        named = APPLIANCE_SEED
    seed, who = read_seed(named, folders), user_name(os.getuid())
    become_owner(folders)
    try:
        with settings_without_keeper(
            folders, seed, SystemClock(), boot=this_boot(), seed_named=named is not None
        ) as book:
            click.echo(
                f"{away} The settings in {folders.data} are opened without it, as their owner.",
                err=True,
            )
            yield Offline(book, folders, who)
    except PermissionError:
        raise ZgodaError(in_words("owner_alone", path=folders.data)) from None
