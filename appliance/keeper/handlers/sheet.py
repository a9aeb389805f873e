"""Replace the recovery sheet, and let an administrator in by it at the box."""

import ipaddress
from dataclasses import dataclass

from msgspec import structs

from appliance.clock import DAY
from appliance.errors import Refused
from appliance.keeper.box import Box, OpenBox
from appliance.keeper.first_run.create import Sheet, make_sheet
from appliance.keeper.first_run.proofs import SheetCheck
from appliance.keeper.handlers.login import Logins
from appliance.keeper.people.gate import Asker
from appliance.keeper.people.operators import drop_factor, named, roles_of
from appliance.keeper.people.passwords import check_password
from appliance.keeper.people.prover import PasswordProof
from appliance.keeper.people.sessions import Caller
from appliance.keeper.people.sheets import typed_sheet
from appliance.link.handlers import handles
from appliance.link.operations import Done, Role
from appliance.link.requests import sheet as ask
from appliance.link.requests.first_run import RecoverySheet
from appliance.link.requests.login import Session
from appliance.vault.disk import wipe
from appliance.vault.opening.content import (
    KeyringContent,
    OperatorEntry,
    SheetEntry,
    SheetState,
)

SHOWN_SECONDS = 3600.0
"""A new sheet waits for so long to be typed back."""

TOLD_DAYS = 30
"""Everybody is told for so long, as the box counts, that a person came in by the sheet."""

MOST_ENTRIES = 20
"""Uses of the sheet that the keyring keeps; the audit keeps all."""

_COUNTED_AS = "\0recovery sheet"
"""The name of guesses at the sheet at the gate; no operator can have it."""


@dataclass(frozen=True, slots=True)
class _UntypedSheet:
    """A new sheet that was not typed back yet."""

    who: Caller
    state: SheetState
    backup: bytes
    check: SheetCheck
    since: float  # monotonic


class Sheets:
    """The handlers of the recovery sheet of a box that is set up."""

    def __init__(self, box: Box, logins: Logins) -> None:
        self._box = box
        self._logins = logins
        self._drawn: _UntypedSheet | None = None

    @handles(ask.GetSheet)
    def get(self, operation: ask.GetSheet, who: Caller) -> ask.SheetNow:
        """Return the sheet in force, and the one that this session has drawn."""
        box = self._box.opened()
        state, drawn = box.keyring.content.sheet, self._of(who)
        return ask.SheetNow(
            number=state.number,
            made=state.made,
            replaceable=bool(state.sealed),
            old_keys=box.records.old_keys,
            level=box.keyring.level,
            drawn=drawn.check.shown if drawn is not None else None,
        )

    @handles(ask.DrawSheet)
    def draw(self, operation: ask.DrawSheet, who: Caller) -> RecoverySheet:
        """Draw a sheet; this session alone sees it, until it is typed back."""
        box = self._box.opened()
        if not box.keyring.content.sheet.sealed:
            raise Refused("sheet_too_old")
        _, proof = box.operators.prove_again(who, operation.password)
        try:
            sheet, state, backup = drawn_sheet(box, proof, self._box.around.clock.now())
        finally:
            proof.end()
        check, since = SheetCheck(), self._box.around.clock.monotonic()
        shown = check.show(sheet, self._box.around.config.office.controller)
        self._drawn = _UntypedSheet(who, state, backup, check, since)
        return shown

    @handles(ask.ReplaceSheet)
    def replace(self, operation: ask.ReplaceSheet, who: Caller) -> Done:
        """Put the new sheet in force, and make the old one useless."""
        box, drawn = self._box.opened(), self._of(who)
        if drawn is None:
            raise Refused("sheet_expired")
        drawn.check.check(operation.groups)
        box.audit.append("sheet_replaced", who.actor)

        def change(draft: KeyringContent) -> None:
            mine = draft.operators.get(who.operator)
            if mine is None or Role.ADMINISTRATOR not in roles_of(mine):
                raise Refused("not_administrator")
            if draft.sheet.number >= drawn.state.number:
                raise Refused("sheet_replaced")
            draft.sheet, draft.backup_recipient = drawn.state, drawn.backup

        box.records.renew(change, who.actor)
        self._drawn = None
        return Done()

    @handles(ask.DropSheet)
    def drop(self, operation: ask.DropSheet, who: Caller) -> Done:
        """Forget the sheet that this session has drawn."""
        if self._of(who) is not None:
            self._drawn = None
        return Done()

    @handles(ask.GetSheetUses)
    def uses(self, operation: ask.GetSheetUses, who: Caller) -> ask.SheetUses:
        """Return who came in by the sheet lately."""
        box = self._box.opened()
        content, counted = box.keyring.content, box.records.time.counted()
        people = content.operators
        return ask.SheetUses(
            tuple(
                ask.SheetUse(
                    at=entry.at,
                    name=people[entry.operator].name if entry.operator in people else "",
                    sheet=entry.sheet,
                )
                for entry in reversed(content.sheet_entries)
                if _is_told(entry, counted)
            )
        )

    @handles(ask.EnterBySheet)
    def enter(self, operation: ask.EnterBySheet, who: Caller) -> Session:
        """Prove the sheet, give the administrator the new password, and log them in."""
        box = self._box.opened()
        asker = self._at_the_box(box, operation, who.user)
        proof = self._proved(box, operation.sheet, asker)
        try:
            entry = _administrator(box, operation.name)
            office = self._box.around.config.office.name
            chosen = check_password(operation.password, avoid=(entry.name, office))
            if entry.totp and not operation.app_lost:
                self._check_code(box, entry, operation.code, asker, proof)
            fresh = box.operators.wrapped(entry, chosen, proof)
            fresh = structs.replace(fresh, one_time_until=0.0)
            self._let_in(box, fresh, app_lost=entry.totp and operation.app_lost)
            cookie = operation.browser.device if operation.browser is not None else ""
            return self._logins.open(box, fresh, proof, cookie)
        finally:
            proof.end()

    def _check_code(
        self, box: OpenBox, entry: OperatorEntry, code: str, asker: Asker, proof: PasswordProof
    ) -> None:
        """Use up a code: a sheet in place of the password goes around no second factor."""
        if not code:
            raise Refused("code_needed")
        try:
            box.operators.use_code(entry.id, code, asker, proof)
        except Refused as error:
            if error.code == "wrong_password":
                raise Refused("wrong_code") from None
            raise

    def _let_in(self, box: OpenBox, fresh: OperatorEntry, *, app_lost: bool) -> None:
        """Give an administrator their new password, on the record and for all to see."""
        self._box.tally.flush(box.audit.append_many)  # first came the wrong ones
        box.audit.append("let_in_by_sheet", fresh.id)
        if app_lost:
            box.audit.append("totp_removed", fresh.id)
        time = box.records.time
        now, counted = time.now(), time.counted() or 0.0  # none yet: it begins at zero

        def change(draft: KeyringContent) -> None:
            mine = draft.operators.get(fresh.id)
            if mine is None or Role.ADMINISTRATOR not in roles_of(mine):
                raise Refused("no_administrator")
            mine.wrap, mine.one_time_until, mine.given = fresh.wrap, 0.0, counted
            if app_lost:
                drop_factor(mine)
            entry = SheetEntry(now, fresh.id, draft.sheet.number, counted)
            draft.sheet_entries = (*draft.sheet_entries, entry)[-MOST_ENTRIES:]

        try:
            box.records.renew(change, fresh.id)
        finally:
            theirs = box.keyring.content.operators.get(fresh.id)
            if theirs is None or theirs.wrap == fresh.wrap:  # even if a later step failed
                self._box.halves.end_those_of(fresh.id)
                self._box.sessions.close_operator(fresh.id)
                self._box.gate.codes.right(fresh.id)
                box.operators.unlock(fresh.name)

    def _at_the_box(self, box: OpenBox, operation: ask.EnterBySheet, user: int) -> Asker:
        """Return who asks; refuse those who are not at the box, and have no code made there."""
        asker = self._box.gate.asker(user, operation.browser, None)
        if asker.kind == "local" or (asker.key and ipaddress.ip_address(asker.key).is_loopback):
            return asker
        entry = named(box.keyring.content, operation.name)
        code = operation.let_in
        if code and entry is not None and self._box.gate.codes.fits(entry.id, code):
            return asker
        raise Refused("sheet_elsewhere")

    def _proved(self, box: OpenBox, typed: str, asker: Asker) -> PasswordProof:
        """Prove a typed sheet; a typing mistake, which its check letters show, counts as none."""
        secret = typed_sheet(typed)
        try:
            with self._box.gate.attempt(asker, _COUNTED_AS) as attempt:
                proof = self._box.prove_by_sheet(secret, box.keyring.content)
                if proof is None:
                    self._box.tally.wrong_sheet()
                    raise Refused("wrong_sheet")
                attempt.right()
                return proof
        finally:
            wipe(secret)

    def expire(self) -> None:
        """Forget a new sheet that is too old, or whose session has ended; call it now and then."""
        drawn, earliest = self._drawn, self._box.around.clock.monotonic() - SHOWN_SECONDS
        if drawn is not None and (
            drawn.since <= earliest or not self._box.sessions.is_open(drawn.who.session)
        ):
            self._drawn = None

    def _of(self, who: Caller) -> _UntypedSheet | None:
        """Return the sheet that a session has drawn, while it is good."""
        self.expire()
        drawn = self._drawn
        return drawn if drawn is not None and drawn.who.session == who.session else None


def _is_told(entry: SheetEntry, counted: float | None) -> bool:
    """Say whether everybody is told of an entry, by the seconds that no clock moves on."""
    if entry.counted is None or counted is None:
        return True
    return counted - entry.counted < TOLD_DAYS * DAY


def drawn_sheet(box: OpenBox, proof: PasswordProof, now: float) -> tuple[Sheet, SheetState, bytes]:
    """Draw another recovery sheet: its page, what the keyring keeps of it, its backups' key.

    Args:
        box: the open vault.
        proof: holds the reading key, and seals it.
        now: UTC.
    """
    content = box.keyring.content
    made, secret = proof.draw_sheet(content.vault_id)
    try:
        state = SheetState(content.sheet.number + 1, now, made.sealed)
        return make_sheet(secret, box.keyring, state), state, made.backup
    finally:
        wipe(secret)


def _administrator(box: OpenBox, name: str) -> OperatorEntry:
    entry = named(box.keyring.content, name)
    if entry is None or Role.ADMINISTRATOR not in roles_of(entry):
        raise Refused("no_administrator")
    return entry
