"""Make a vault: secret, keyring, first administrator, and the audit's first entry.

The secret exists only in memory, until the recovery sheet is made from it.
"""

import secrets
from dataclasses import dataclass
from functools import partial

from msgspec import structs

from appliance.clock import Clock
from appliance.config.folders import Folders, word_bytes
from appliance.config.settings import Config
from appliance.keeper.audit.heads import heads_folder
from appliance.keeper.audit.keys import first_key
from appliance.keeper.audit.log import AuditLog
from appliance.keeper.audit.stamps import stamps_folder
from appliance.keeper.chores import attempt
from appliance.keeper.people.operators import check_name, new_operator
from appliance.keeper.people.passwords import check_password
from appliance.keeper.people.qr import qr_svg
from appliance.keeper.storage.reserve import Reserve
from appliance.keeper.storage.rewrite import anew
from appliance.link.operations import Role
from appliance.model.kind import begun_as
from appliance.vault.disk import Disk, wipe, writing
from appliance.vault.layout import mark_layout
from appliance.vault.opening.content import KeyringContent, OperatorEntry, SheetState
from appliance.vault.opening.eraser import Eraser
from appliance.vault.opening.erasers.chosen import eeprom_eraser, file_eraser
from appliance.vault.opening.keyring import Keyring
from appliance.vault.opening.keys import (
    Cost,
    backup_key,
    new_reading_key,
    new_secret,
    public_half,
    qr_text,
    seal_to_sheet,
    sheet_groups,
    sheet_text,
)
from appliance.vault.opening.refill import refill
from appliance.vault.origin import fingerprint

EVERYTHING = frozenset(Role)
"""The first operator's roles: an office of one needs them all."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The recovery sheet, shown once; its ``repr`` hides it from logs."""

    groups: tuple[str, ...]
    text: str  # one line, as ``zgoda unseal --sheet`` takes it
    audit_key: str  # hex of the audit's first public key; no secret
    proof_key: str  # fingerprint of the key that signs proofs; no secret
    number: int  # counted in this vault
    made: float  # UTC

    @property
    def qr_svg(self) -> str:
        """Draw the text as a QR code, which takes longer than the rest of a sheet."""
        return qr_svg(qr_text(self.text))

    def __repr__(self) -> str:
        return "Sheet(…)"


def make_folders(folders: Folders) -> None:
    """Make the missing places of the data folder, for this user alone.

    Raises:
        FileFormatError: the folder has a layout that this version does not know.
    """
    mark_layout(folders)
    for folder in (
        folders.new,
        folders.recordings,
        folders.notes,
        folders.withdrawn,
        folders.shelves,
        folders.said,
        folders.keys,
        folders.audit,
        folders.run,
        folders.keeper_run,
    ):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    make_settings_folder(folders)
    make_prompt_folders(folders)


def make_settings_folder(folders: Folders) -> None:
    """Make the folders of the settings; on the appliance they are there, for the recorder too."""
    for folder in (folders.settings, folders.settings_versions):
        folder.mkdir(mode=0o700, exist_ok=True)


def make_prompt_folders(folders: Folders) -> None:
    """Make the folders of the prompts; on the appliance they are there, for the recorder too."""
    folders.prompts.mkdir(mode=0o700, exist_ok=True)
    readers = folders.prompts.stat().st_mode & 0o050
    for folder in (folders.own_voice, folders.box_voice):
        folder.mkdir(mode=0o700 | readers, exist_ok=True)


def clear_unfinished(folders: Folders) -> None:
    """Remove unfinished writes left by power cuts; only the folder's owner may."""
    days = [of(folders.audit) / "*.json" for of in (heads_folder, stamps_folder)]
    ledgers = folders.ledger, anew(folders.ledger)
    versions = folders.settings_versions / "*.toml"
    settings = folders.settings_now, folders.speakers, versions
    marks = folders.layout, folders.kind, folders.restoring
    for path in (*folders.keyring, folders.pool, *ledgers, *marks, *days, *settings):
        for left in path.parent.glob(f".{path.name}.{'[0-9a-f]' * 8}"):
            left.unlink()


def make_reserve(folders: Folders) -> Reserve:
    """Return the keeper's reserve for a full disk."""
    return Reserve(folders.reserve, (folders.keyring[0], folders.keys, folders.ledger))


def make_eraser(folders: Folders, config: Config, disk: Disk | None = None) -> Eraser:
    """Return the configured eraser; raises EraserFailed if the board's secret cannot be read."""
    vault = config.vault
    if vault.eraser == "eeprom":
        return eeprom_eraser(vault.eeprom, folders.root, vault.board_secret, disk)
    return file_eraser(folders.root, vault.board_secret if vault.eraser == "board" else "", disk)


def open_audit(
    folders: Folders,
    keyring: Keyring,
    clock: Clock,
    reserve: Reserve | None = None,
    disk: Disk | None = None,
) -> AuditLog:
    """Open the audit with the audit's keys in the keyring."""
    return AuditLog(folders.audit, clock, keyring, reserve, disk)


def publish_pool(
    folders: Folders, config: Config, keyring: Keyring, disk: Disk | None = None
) -> int:
    """Fill the pool to the configured number of keys; return how many were made."""
    return refill(keyring, folders, config.vault.pool_ahead, disk=disk)


def create_vault(
    folders: Folders,
    config: Config,
    operator_name: str,
    password: str,
    clock: Clock,
    *,
    cost: Cost | None = None,
    sheet_confirmed: bool = True,
) -> Sheet:
    """Make a vault and its first operator, with every role.

    Args:
        folders: the data folder, without a keyring.
        config: names the office, the eraser and the size of the pool.
        operator_name: the first operator.
        password: theirs; at least 15 characters.
        clock: dates the audit's first entry.
        cost: of guessing the password; the usual one if None.
        sheet_confirmed: False keeps the pool closed, so that nothing is recorded, until a part of
            the sheet has been typed back.

    Raises:
        Refused: name or password cannot be used.
        VaultError: there is a keyring already, or a file could not be written.
    """
    name = check_name(operator_name)
    chosen = check_password(password, avoid=(name, config.office.name))
    make_folders(folders)
    secret, reading = new_secret(), new_reading_key()
    try:
        owner = new_operator(name, chosen, EVERYTHING, reading, cost)
        content = _content(secret, reading, owner)
        content.kind = begun_as(config)
        content.sheet_confirmed, content.root_made = sheet_confirmed, clock.now()
        content.sheet = structs.replace(content.sheet, made=clock.now())
        keyring = Keyring.create(folders.keyring, make_eraser(folders, config), content)
        if content.kind:
            with writing("The kind of the data folder"):
                Disk().replace(folders.kind, word_bytes(content.kind), 0o644)
        audit = open_audit(folders, keyring, clock)
        audit.append("first_run", owner.id, detail=keyring.level.lower())
        audit.sign_head()
        if sheet_confirmed:
            # The vault exists now, so its sheet must be returned even if this fails; the keeper
            # fills the pool when it opens.
            attempt("pool", partial(publish_pool, folders, config, keyring))
        return make_sheet(secret, keyring, content.sheet)
    finally:
        wipe(secret, reading)


def make_sheet(secret: bytearray, keyring: Keyring, state: SheetState) -> Sheet:
    """Make the recovery sheet of a secret; its page also names the keys of audit and proofs."""
    return Sheet(
        groups=sheet_groups(secret),
        text=sheet_text(secret),
        audit_key=first_key(keyring.content).hex(),
        proof_key=fingerprint(keyring.box_key),
        number=state.number,
        made=state.made,
    )


def has_vault(folders: Folders) -> bool:
    """Say whether the data folder has a vault."""
    return any(path.exists() for path in folders.keyring)


def _content(secret: bytearray, reading: bytearray, owner: OperatorEntry) -> KeyringContent:
    backup, vault_id = backup_key(secret), secrets.token_bytes(16)
    try:
        return KeyringContent(
            vault_id=vault_id,
            sheet=SheetState(sealed=seal_to_sheet(reading, secret, vault_id)),
            reading_key=public_half(reading),
            audit_key=secrets.token_bytes(32),
            list_key=secrets.token_bytes(32),
            ledger_key=secrets.token_bytes(32),
            box_key=secrets.token_bytes(32),
            operators={owner.id: owner},
            backup_recipient=public_half(backup),
        )
    finally:
        wipe(backup)
