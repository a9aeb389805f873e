"""Reach what a keeper is made of by the operations that it answers."""

from functools import partial
from typing import Any, TypeVar

from appliance.keeper.backup.backups import Backups
from appliance.keeper.backup.far.target import FarTarget
from appliance.keeper.handlers.backup import BackupDesk
from appliance.keeper.handlers.first_run import FirstRuns
from appliance.keeper.handlers.mail import MailDesk
from appliance.keeper.handlers.settings import SettingsDesk
from appliance.keeper.handlers.sftp import SftpDesk
from appliance.keeper.handlers.update import UpdateDesk
from appliance.keeper.handlers.words.words import WordsDesk
from appliance.keeper.mail.post import Post
from appliance.keeper.service import Keeper
from appliance.keeper.update.fetches import Fetches
from appliance.link.operations import Operation
from appliance.link.requests.first_run import GetBoard
from appliance.link.requests.outside.backup import GetBackup
from appliance.link.requests.outside.mail import GetMail
from appliance.link.requests.outside.sftp import GetSftp
from appliance.link.requests.outside.update import GetUpdates
from appliance.link.requests.settings import ShowSettings
from appliance.link.requests.words import ShowWords

DeskT = TypeVar("DeskT")


def desk_of(keeper: Keeper, operation: type[Operation[Any]], kind: type[DeskT]) -> DeskT:
    """Return the desk; one that needs a vault is there while that is open."""
    handler: Any = keeper._handlers[operation]
    desk = handler.args[0]() if isinstance(handler, partial) else handler.__self__
    assert isinstance(desk, kind)
    return desk


def first_runs_of(keeper: Keeper) -> FirstRuns:
    return desk_of(keeper, GetBoard, FirstRuns)


def mail_of(keeper: Keeper) -> MailDesk:
    return desk_of(keeper, GetMail, MailDesk)


def post_of(keeper: Keeper) -> Post:
    return mail_of(keeper)._post()


def settings_of(keeper: Keeper) -> SettingsDesk:
    return desk_of(keeper, ShowSettings, SettingsDesk)


def words_of(keeper: Keeper) -> WordsDesk:
    return desk_of(keeper, ShowWords, WordsDesk)


def updates_of(keeper: Keeper) -> UpdateDesk:
    return desk_of(keeper, GetUpdates, UpdateDesk)


def fetches_of(keeper: Keeper) -> Fetches:
    return updates_of(keeper)._from_network()


def backups_of(keeper: Keeper) -> Backups:
    return desk_of(keeper, GetBackup, BackupDesk)._here()


def far_of(keeper: Keeper) -> Backups:
    return desk_of(keeper, GetSftp, SftpDesk)._far()


def server_of(keeper: Keeper) -> FarTarget:
    return desk_of(keeper, GetSftp, SftpDesk)._server()
