"""Keep the number of an unknown caller that the office found out later, and list it.

It is sealed to the office's reading key and then to its recording's own, in the ledger, so it dies
with the recording. Lists and searches have it in the reading child's memory alone.
"""

import logging
from collections.abc import Collection, Sequence

from appliance.clock import Clock
from appliance.config.numbering import possible_e164
from appliance.errors import KeyLost, Refused, ZgodaError
from appliance.keeper.audit.acting import on_record
from appliance.keeper.audit.log import AuditLog
from appliance.keeper.catalogue.catalogue import Catalogue
from appliance.keeper.reading.reading import Reading
from appliance.keeper.storage.ledger import Ledger
from appliance.keeper.storage.rows import NumberEntry
from appliance.link.requests.calls import AddNumber, NumberAdded
from appliance.vault.opening.keyring import Keyring
from appliance.vault.opening.keys import public_half
from appliance.vault.words import CASE_BYTES, WordsPlace, seal_words

KIND = "number"

_log = logging.getLogger(__name__)


class AddedNumbers:
    """The numbers that people added. Threads may share it."""

    def __init__(
        self,
        keyring: Keyring,
        audit: AuditLog,
        ledger: Ledger,
        reading: Reading,
        catalogue: Catalogue,
        clock: Clock,
    ) -> None:
        self._keyring = keyring
        self._audit = audit
        self._ledger = ledger
        self._reading = reading
        self._catalogue = catalogue
        self._clock = clock

    def add(self, recordings: Sequence[str], number: str, author: str) -> None:
        """Add a number to a call, in place of one that was added before; on record first.

        Args:
            recordings: all of the call's.
            number: as typed.
            author: the operator's id.

        Raises:
            Refused: ``no_number``.
            KeyLost: the call was erased in this moment.
        """
        whole = possible_e164(number.strip(), self._reading.country)
        if whole is None:
            raise Refused("no_number")
        at = self._clock.now()
        with on_record(self._audit, AddNumber.audit, author, recordings):
            self._ledger.add_numbers(
                [
                    NumberEntry(
                        recording=rid, author=author, at=at, sealed=self._sealed(whole, rid)
                    )
                    for rid in recordings
                ]
            )
        self._list([(rid, *where) for rid, where in self._keyring.where(recordings).items()])

    def of(self, recordings: Collection[str]) -> tuple[str, NumberAdded] | None:
        """Return the number that was added to a call, and by whom; None if none can be read.

        Raises:
            Refused: ``locked``.
        """
        for rid in recordings:
            entry = self._ledger.number_of(rid)
            number = self._opened(entry) if entry is not None else None
            if entry is not None and number is not None:
                return number, NumberAdded(entry.author, entry.at)
        return None

    def list_again(self, shards: Collection[bytes]) -> None:
        """Let lists and searches have the numbers of shards whose rows were read afresh."""
        rids = [entry.recording for entry in self._ledger.numbers()]
        found = self._keyring.where(rids)
        self._list([(rid, *where) for rid, where in found.items() if where[0] in shards])

    def sweep(self) -> None:
        """Forget those whose recordings are erased: no key opens them; call it hourly."""
        gone = [e.recording for e in self._ledger.numbers() if e.recording not in self._keyring]
        self._ledger.forget_numbers(gone)

    def _list(self, rows: Collection[tuple[str, bytes, int]]) -> None:
        for rid, sid, slot in rows:
            entry = self._ledger.number_of(rid)
            try:
                number = self._opened(entry) if entry is not None else None
                if number is not None:
                    self._reading.add_number(rid, sid, slot, number)
            except Refused:
                return  # locked: nothing is listed

    def _sealed(self, number: str, rid: str) -> bytes:
        public = public_half(self._keyring.private(rid))
        return seal_words(number, self._place(rid), self._keyring.content.reading_key, public)

    def _opened(self, entry: NumberEntry) -> str | None:
        """Return a number; None if it cannot be read; raises Refused (``locked``)."""
        try:
            return self._reading.number(entry.recording, entry.sealed, self._place(entry.recording))
        except Refused:
            raise
        except KeyLost:
            return None
        except ZgodaError as error:
            _log.warning("The number added to %s cannot be read: %s", entry.recording, error)
            return None

    def _place(self, rid: str) -> WordsPlace:
        return WordsPlace(self._keyring.content.vault_id, rid[: 2 * CASE_BYTES], KIND)
