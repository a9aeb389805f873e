"""Open recordings with a recovery sheet and a keyring, without a keeper."""

import functools
import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import click

from appliance.commands.helpers.options import EXISTING_FILE
from appliance.commands.helpers.refusals import said_of
from appliance.config.folders import Folders
from appliance.errors import FileFormatError, KeyLost, WrongSecret
from appliance.keeper.audit.keys import first_key
from appliance.model.sentences.faults import in_words, noted
from appliance.vault.disk import Disk, wipe
from appliance.vault.layout import check_layout
from appliance.vault.opening.backup import age
from appliance.vault.opening.content import KeyringContent, decode_content, open_keyring
from appliance.vault.opening.erasers.chosen import eraser_of_copy
from appliance.vault.opening.keys import backup_key, public_half, read_by_sheet, read_sheet
from appliance.vault.opening.recordings import ShardRecordings
from appliance.vault.opening.root import MOST_BYTES
from appliance.vault.opening.shard import Anchor
from appliance.vault.opening.shard_files import ShardFiles, keys_beside
from appliance.vault.opening.shards import Shards

_SHEET_BYTES = 4096
_AGE = b"age-encryption.org/"


@dataclass(frozen=True, slots=True)
class OfflineKeys:
    """All keys that open an office's recordings, in memory."""

    reading: bytearray
    recording: Callable[[str], bytes | None]
    """Returns a recording's private key; None if keyring and shards have none."""
    audit: "AuditFigures"
    origins: frozenset[str]
    """Fingerprints of the recorders' keys that the keyring names."""

    words: "WordsKeys"


@dataclass(frozen=True, slots=True)
class WordsKeys:
    """What opens the ledger and, beside the reading key, the words in it."""

    vault_id: bytes
    ledger: bytes
    cases: dict[str, bytes]  # case -> private key


@dataclass(frozen=True, slots=True)
class AuditFigures:
    """What a keyring and its shards know about the audit."""

    first_key: bytes  # public
    anchor: Anchor | None


def with_keys(*, required: bool) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the options that name sheet and keyring, and the ``keys`` that they open.

    Without the options ``keys`` is None, unless they are required.
    """

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @click.option("--sheet", required=required, help="The recovery sheet's text, or its file.")
        @click.option(
            "--keyring", required=required, type=EXISTING_FILE, help="A copy of the keyring."
        )
        @click.option(
            "--root", type=EXISTING_FILE, help="The keyring's root; by default the file beside it."
        )
        @click.option("--board-secret", default="", help="The board's secret, a file (level E1).")
        @functools.wraps(command)
        def run(
            sheet: str | None,
            keyring: Path | None,
            root: Path | None,
            board_secret: str,
            **rest: Any,
        ) -> None:
            if (sheet is None) != (keyring is None):
                raise click.UsageError(said_of("sheet_and_keyring"))
            keys = None
            if sheet is not None and keyring is not None:
                keys = load_keys(sheet, keyring, root, board_secret)
            try:
                command(keys=keys, **rest)
            finally:
                if keys is not None:
                    wipe(keys.reading)

        return run

    return decorate


def load_keys(sheet: str, keyring: Path, root: Path | None, board_secret: str) -> OfflineKeys:
    """Open a keyring with its root, its shards, and take the reading key from the sheet.

    Args:
        sheet: the sheet's text, or a file that holds it.
        keyring: one copy of a keyring, or a backup's ``keyring.age``; the folder ``keys`` beside it
            holds its shards.
        root: the eraser's file, or a chip's content; None for the file beside the keyring.
        board_secret: a file with the board's secret, for roots of level E1; empty for none.

    Raises:
        WrongSecret: the sheet has a mistake, or is another office's.
        FileFormatError: keyring or root are foreign, altered, or not of the same generation; or
            their folder has a layout that this version does not know.
    """
    check_layout(Folders(keyring.absolute().parent))
    secret, reading = read_sheet(sheet_text(sheet)), bytearray()
    try:
        content, shards = _open(keyring, root, board_secret, secret)
        reading = read_by_sheet(secret, content.sheet.sealed, content.vault_id)
        if public_half(reading) != content.reading_key:
            raise WrongSecret(
                noted(
                    "sheet_of_another",
                    "This recovery sheet belongs to another office than the keyring.",
                )
            )
        return OfflineKeys(
            reading,
            partial(_key, ShardRecordings(shards)),
            _figures(content, shards),
            frozenset(content.origins),
            WordsKeys(content.vault_id, content.ledger_key, content.cases),
        )
    except BaseException:
        wipe(reading)
        raise
    finally:
        wipe(secret)


def audit_figures(keyring: Path, root: Path | None, board_secret: str) -> AuditFigures:
    """Return what a keyring knows about the audit; arguments and errors as of ``load_keys``."""
    check_layout(Folders(keyring.absolute().parent))
    return _figures(*_open(keyring, root, board_secret))


def _open(
    keyring: Path, root: Path | None, board_secret: str, secret: bytearray | None = None
) -> tuple[KeyringContent, Shards]:
    """Open a keyring and its shards; the sheet's secret opens a backup's."""
    raw = Disk().read(keyring, MOST_BYTES)
    try:
        if raw.startswith(_AGE):
            content = _of_backup(raw, secret)
        else:
            content = _under_root(raw, keyring, root, board_secret)
        if content.shards and not keys_beside(keyring).is_dir():
            raise FileFormatError(in_words("shards_missing", path=keys_beside(keyring)))
    except KeyLost as error:
        raise FileFormatError(
            noted(
                "keyring_other_age",
                f"This keyring is older or newer than its root: {error}",
                because=error,
            )
        ) from error
    shards = Shards(ShardFiles(keys_beside(keyring), Disk()), mends=False)
    shards.adopt(content.shards)
    return content, shards


def _of_backup(raw: bytes, secret: bytearray | None) -> KeyringContent:
    if secret is None:
        raise FileFormatError(in_words("sheet_needed"))
    private = backup_key(secret)
    try:
        return decode_content(b"".join(age.unseal(io.BytesIO(raw), private)))
    finally:
        wipe(private)


def _under_root(raw: bytes, keyring: Path, root: Path | None, board_secret: str) -> KeyringContent:
    root = root or keyring.with_name("root")
    if not root.exists():
        raise FileFormatError(in_words("root_missing", path=root))
    return open_keyring(raw, eraser_of_copy(root, board_secret))[2]


def _figures(content: KeyringContent, shards: Shards) -> AuditFigures:
    """Return what keyring and shards know about the audit."""
    known = [content.anchor, *(shard.anchor for shard in shards.all)]
    anchor = max((one for one in known if one is not None), key=lambda a: a.seq, default=None)
    return AuditFigures(first_key(content), anchor)


def _key(recordings: ShardRecordings, rid: str) -> bytes | None:
    return recordings.private(rid) if rid in recordings else None


def sheet_text(sheet: str) -> str:
    """Return the sheet's text, from the file of that name if there is one."""
    path = Path(sheet)
    try:
        if not path.is_file():
            return sheet
        return Disk().read(path, _SHEET_BYTES).decode()
    except OSError:
        return sheet  # A text too long for a file's name is a text.
    except UnicodeDecodeError as error:
        raise WrongSecret(in_words("sheet_no_text", path=path.name)) from error
