"""Carry out an order to erase every recording, given by two people or after a counted day.

The order lies in the keyring, so a restart finds how far it came. ``docs/decisions/erase-all.md``
says who may do what, and what stays.
"""

import logging
import secrets
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from msgspec import structs

from appliance.clock import HOUR
from appliance.errors import Refused, VaultError
from appliance.keeper.audit.entries import ERASED_ALL, ERASING_ALL, Act
from appliance.keeper.audit.log import KEEPER, AuditLog
from appliance.keeper.audit.search import EntryQuery
from appliance.keeper.chores import attempt
from appliance.keeper.erasure.batch import GRACE_SECONDS, Erasure
from appliance.keeper.erasure.certificates import REMAINS
from appliance.keeper.erasure.handed_out import copied, was_exported
from appliance.keeper.erasure.media import on_media
from appliance.keeper.people.operators import roles_of
from appliance.keeper.people.second_person import check_second, seconds_left
from appliance.keeper.storage.ledger import Ledger
from appliance.keeper.time.believed_clock import BelievedClock
from appliance.link.operations import Role
from appliance.model.proof import ProofReader
from appliance.model.sentences.faults import DeviceFault, faults_of
from appliance.vault.opening.content import KeyringContent, OperatorEntry
from appliance.vault.opening.erase_all import EraseAllDone, EraseAllOrder
from appliance.vault.opening.keyring import Keyring

ERASE_ALL_ASKED = "erase_all_asked"
"""The entry type of an order that somebody has asked for."""

REMIND_SECONDS = 8.0 * HOUR
"""Seconds between two audit entries of an order that waits."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class HaltedWork:
    """What an erasure of everything stops, and what goes on behind it."""

    paused: Callable[[], AbstractContextManager[object]]  # nothing is taken up meanwhile
    end_readers: Callable[[], None]  # ends every reader of recordings
    log_out: Callable[[], None]  # ends every session
    certify: Callable[[EraseAllOrder, bool], None]
    """Called before an attempt with the order, and whether the time was known when it was asked
    for: keeps what its certificate will say. Raises VaultError."""
    take_up: Callable[[], None]
    """Called before an attempt: what has ended is put on record, and so is its erasure."""
    emptied: Callable[[], None]
    """Called once every key is gone: new ones are to be made for calls to come."""


class EraseAll:
    """The order and its way to the end. Threads may share it."""

    def __init__(
        self,
        keyring: Keyring,
        erasure: Erasure,
        audit: AuditLog,
        ledger: Ledger,
        time: BelievedClock,
        around: HaltedWork,
    ) -> None:
        self._keyring = keyring
        self._erasure = erasure
        self._audit = audit
        self._ledger = ledger
        self._time = time
        self._around = around
        self._lock = threading.RLock()
        self._again_at = self._remind_at = 0.0  # monotonic
        self._begun = False  # on record in this run
        self.trouble: tuple[DeviceFault, ...] = ()
        """Why it could not be carried out so far; empty if nothing failed."""
        self.ended = ""
        """Why the last order came to nothing, in one word; empty if it did not."""

    @property
    def order(self) -> EraseAllOrder | None:
        """Return the order that waits or is being carried out."""
        return self._keyring.content.erase_all

    @property
    def seconds_left(self) -> float | None:
        """Return the counted seconds until nobody has to confirm; None: nothing is counted."""
        order = self.order
        return seconds_left(order.counted, self._time.counted()) if order is not None else None

    def ask(self, operator: str, ground: str, held: tuple[str, ...]) -> None:
        """Take an order.

        Args:
            operator: an administrator, proved.
            ground: of Art. 17(1).
            held: the recordings on hold that are meant, too.

        Raises:
            Refused: ``asked_already``, or ``held_unnamed``: a recording on hold is not named.
            VaultError: it could not be written.
        """
        with self._lock:
            if self.order is not None:
                raise Refused("asked_already")
            if set(self._keyring.held()) != set(held):
                raise Refused("held_unnamed")
            order = EraseAllOrder(
                id=secrets.token_hex(4),
                asked_by=operator,
                asked_at=self._time.now(),
                counted=self._time.counted(),
                ground=ground,
                held=tuple(sorted(held)),
            )
            self._audit.append(ERASE_ALL_ASKED, operator, case=order.id, detail=ground)
            self._keep(order)
            self.ended, self._remind_at = "", self._time.monotonic() + REMIND_SECONDS

    def confirm(self, operator: str, id: str) -> None:
        """Let a second person confirm, and carry it out.

        Raises:
            Refused: ``order_over``; ``second_person_needed``: it is one's own;
                ``too_new``: another person gave that account its password less than a day ago.
            VaultError: it could not be written.
        """
        with self._lock:
            order = self._waiting(id)
            self._check_second(order, operator)
            self._decide(order, operator, "erase_all_confirmed")
            self.tick()

    def cancel(self, operator: str, id: str) -> None:
        """Cancel an order that waits.

        Raises:
            Refused: ``order_over``.
            VaultError: it could not be written.
        """
        with self._lock:
            order = self._waiting(id)
            self._audit.append("erase_all_cancelled", operator, case=order.id)
            self._keep(None)

    def tick(self) -> None:
        """Go on with what is due; call it every few seconds. A failure is tried again."""
        with self._lock:
            order = self.order
            if order is not None and order.stage == "asked":
                order = self._wait(order)
            if order is None:
                return
            if order.stage == "erasing":
                self._conclude(order)
            elif order.stage == "decided" and self._time.monotonic() >= self._again_at:
                self._attempt(order)

    # -- waiting --------------------------------------------------------------------------------

    def _waiting(self, id: str) -> EraseAllOrder:
        order = self.order
        if order is None or order.id != id or order.stage != "asked":
            raise Refused("order_over")
        return order

    def _check_second(self, order: EraseAllOrder, operator: str) -> None:
        """Refuse who cannot be the second of two people."""
        entry = self._keyring.content.operators.get(operator)
        check_second(order.asked_by, operator, entry, self._time.counted())

    def _wait(self, order: EraseAllOrder) -> EraseAllOrder | None:
        """End an order whose asker is gone, let one pass whose day is over, remind of others."""
        if order.counted is None and self._time.counted() is not None:
            self._keep(structs.replace(order, counted=self._time.counted()))  # the day begins
        if not _may_ask(self._keyring.content.operators.get(order.asked_by)):
            self._end(order, "asker_gone")
        elif self.seconds_left == 0:
            self._decide(order, KEEPER, "erase_all_due")
        elif self._time.monotonic() >= self._remind_at:
            self._audit.append("erase_all_waits", KEEPER, case=order.id)
            self._remind_at = self._time.monotonic() + REMIND_SECONDS
        return self.order

    def _decide(self, order: EraseAllOrder, by: str, entry: str) -> None:
        self._audit.append(entry, by, case=order.id)
        self._keep(structs.replace(order, stage="decided", decided_by=by))
        self._again_at, self._begun = 0.0, False

    def _end(self, order: EraseAllOrder, why: str) -> None:
        self._audit.append("erase_all_ended", KEEPER, case=order.id, detail=why)
        self._keep(None)
        self.ended, self.trouble = why, ()

    # -- carrying out ---------------------------------------------------------------------------

    def _attempt(self, order: EraseAllOrder) -> None:
        attempt("take-up", self._around.take_up)
        if not set(self._keyring.held()) <= set(order.held):
            self._end(order, "holds")
            return
        try:
            self._around.certify(order, self._was_trusted(order))
            self._erase(order)
        except (VaultError, OSError) as error:
            _log.error("Everything could not be erased: %s", error)
            self._again_at = self._time.monotonic() + GRACE_SECONDS
            first, self.trouble = not self.trouble, faults_of(error)
            if first:
                self._audit.append("erase_all_failed", order.asked_by, case=order.id)

    def _was_trusted(self, order: EraseAllOrder) -> bool:
        """Say whether the time was known when somebody asked for it, as the audit has it."""
        found, *_ = self._audit.search(EntryQuery(types=frozenset({ERASE_ALL_ASKED})))
        return any(one.case == order.id and one.clock_ok for one in found)

    def _erase(self, order: EraseAllOrder) -> None:
        """Erase every key: the commit, and what has to stand before it."""
        with self._around.paused():
            if not self._is_begun():
                order = self._begin(order)
            self._around.end_readers()
            key, kept = secrets.token_bytes(32), self._ledger.certificates()
            self._ledger.prepare_anew(key)

            def change(draft: KeyringContent) -> None:
                draft.erase_all = structs.replace(order, stage="erasing")
                draft.ledger_key = key
                draft.cases = {case: draft.cases[case] for case in kept if case in draft.cases}

            self._erasure.erase_all(order.held, change)
            attempt("ledger", self._renew_ledger)
        self.trouble = ()
        self._around.log_out()
        self._around.emptied()

    def _renew_ledger(self) -> None:
        """Go on with the ledger that the keyring now has the key of."""
        if self._ledger.has_anew:
            self._ledger.become_anew(self._keyring.content.ledger_key)

    def _is_begun(self) -> bool:
        """Say whether it is on record, and names all that was taken up since an attempt failed."""
        named = {"sealed", ERASING_ALL}
        last = [entry.type for entry in self._audit.unsettled() if entry.type in named][-1:]
        return self._begun and last == [ERASING_ALL]

    def _begin(self, order: EraseAllOrder) -> EraseAllOrder:
        handed_out = copied(self._audit.entries)
        exported = was_exported(handed_out, ProofReader.OFFICE, self._ledger.copy_of)
        counted = structs.replace(
            order,
            recordings=self._keyring.count_taken_up(),
            remains=on_media(self._keyring.content.media, 0) + (("exports",) if exported else ()),
        )
        self._keep(counted)
        begun = Act(
            type=ERASING_ALL,
            actor=order.asked_by,
            case=order.id,
            count=counted.recordings,
            detail=order.ground,
        )
        self._audit.append_many([begun])
        self._begun = True
        return counted

    def _conclude(self, order: EraseAllOrder) -> None:
        """Note the end, once nothing opens any more."""
        self._renew_ledger()
        if self._erasure.erasing_all:
            return
        made = [entry for entry in self._audit.unsettled() if entry.type == ERASED_ALL]
        if not made:
            return  # the next boot finishes it
        level = self._keyring.lowest_level
        done = EraseAllDone(
            order=structs.replace(order, remains=REMAINS[level] + order.remains),
            at=made[-1].t,
            level=level,
            generation=self._keyring.generation,
            seq=made[-1].seq,
        )
        with self._keyring.changing() as draft:
            draft.erase_all, draft.erased_all = None, done

    def _keep(self, order: EraseAllOrder | None) -> None:
        with self._keyring.changing() as draft:
            draft.erase_all = order


def _may_ask(entry: OperatorEntry | None) -> bool:
    return entry is not None and Role.ADMINISTRATOR in roles_of(entry)
