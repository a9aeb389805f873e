"""Seal what people type, and let the reading child alone open it; end both with the case.

Each hold, each erasure by hand, each copy, each number never recorded and each case of the rights
desk has a key pair of its own in the keyring. A thief of the keyring without a password reads no
word; once a case has ended, nobody does.
"""

import logging
import os
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Literal

from msgspec import structs

from appliance.errors import FileFormatError, Refused, VaultError
from appliance.keeper.audit.log import KEEPER
from appliance.keeper.reading.reading import Reading
from appliance.keeper.storage.ledger import Ledger
from appliance.keeper.storage.rows import SealedWords
from appliance.link.requests.calls import Readable
from appliance.vault.format import KEY_BYTES
from appliance.vault.opening.content import KeyringContent
from appliance.vault.opening.keyring import Change, Keyring
from appliance.vault.opening.keys import public_half
from appliance.vault.words import CASE_BYTES, WordsPlace, seal_words

Kind = Literal["hold", "erasure", "copy", "exempt", "speakers", "case"]

ERASURE_DAYS = 3 * 365 + 1
"""For so long an office can say why it erased: the usual limitation of claims."""

COPY_DAYS = ERASURE_DAYS
"""For so long behind the erasure it can say who had a copy, and has to be told (Art. 19)."""

_log = logging.getLogger(__name__)


class Words:
    """The words of all cases. Threads may share it; writing works while locked."""

    def __init__(
        self,
        keyring: Keyring,
        ledger: Ledger,
        reading: Reading,
        renew: Callable[[Change, str], None],
    ) -> None:
        """Take what it works with.

        Args:
            keyring: holds the cases' keys.
            ledger: holds the words.
            reading: opens them.
            renew: changes the keyring so that older copies no longer open; raises VaultError.
        """
        self._keyring = keyring
        self._ledger = ledger
        self._reading = reading
        self._renew = renew
        self._lock = threading.RLock()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Let no sweep come between a case's key, its words and its act."""
        with self._lock:
            yield

    def seal(self, text: str, kind: Kind, before: SealedWords | None = None) -> SealedWords:
        """Seal words, to be put into the ledger inside ``writing``.

        Args:
            text: as typed.
            kind: of their case.
            before: earlier words of the same case; without them, or without its key, a case begins.

        Raises:
            VaultError: they are too long, or the keyring could not be written.
        """
        with self._lock:
            content = self._keyring.content
            case = before.case if before is not None else ""
            begins = case not in content.cases
            if begins:
                case, key = os.urandom(CASE_BYTES).hex(), os.urandom(KEY_BYTES)
            else:
                key = content.cases[case]
            place = WordsPlace(content.vault_id, case, kind)
            sealed = seal_words(text, place, content.reading_key, public_half(key))
            if begins:
                with self._keyring.changing() as draft:
                    draft.cases[case] = key
            return SealedWords(case, sealed)

    def open(self, words: SealedWords, kind: Kind) -> tuple[str, Readable]:
        """Return words, and whether they can be read; empty if they cannot."""
        content = self._keyring.content
        key = content.cases.get(words.case)
        if key is None:
            return "", "lost"
        place = WordsPlace(content.vault_id, words.case, kind)
        try:
            return self._reading.words(words.sealed, place, key), "yes"
        except FileFormatError as error:
            _log.warning("The words of the case %s cannot be read: %s", words.case, error)
            return "", "lost"
        except Refused as refusal:
            if refusal.code != "locked":
                raise
            return "", "locked"

    def end(self, cases: Collection[str], actor: str = KEEPER) -> None:
        """Drop cases' keys, so that no older keyring opens their words either.

        If that fails the sweep does it later: the ledger names the cases no more.
        """
        with self._lock:
            ended = [case for case in cases if case in self._keyring.content.cases]
            if not ended:
                return

            def without(draft: KeyringContent) -> None:
                for case in ended:
                    draft.cases.pop(case, None)

            try:
                self._renew(without, actor)
            except VaultError as error:
                _log.error("The words of %d cases have not lost their keys: %s", len(ended), error)

    def sweep(self, today: int | None) -> None:
        """End what is over, and what a power cut left half begun; call it hourly.

        Args:
            today: days since 1970-01-01, by the believed time; None if it is not known.

        Raises:
            VaultError: the ledger could not be written.
        """
        with self._lock:
            self._end_holds()
            self._forget_erased()
            if today is not None:
                self._end_erasures(today)
                self._end_copies(today)
                self._end_cases(today)
            named = {hold.words.case for hold in self._ledger.holds()}
            named |= {erasure.words.case for erasure in self._ledger.erasures()}
            for copy in self._ledger.copies():
                named |= {copy.case, *(paper.case for paper in copy.papers)}
            named |= self._ledger.certificates().keys()
            named |= {case.case for case in self._ledger.cases()}
            named |= {one.case for entry in self._ledger.endings() for one in entry.endings}
            self._end_exempt()
            named |= {number.words.case for number in self._ledger.exempt()}
            speakers = self._ledger.speakers()
            named |= {row.words.case for row in speakers.lists.values()} | speakers.vouches.keys()
            self.end([case for case in self._keyring.content.cases if case not in named])

    def _end_exempt(self) -> None:
        """Forget numbers that are no longer on the list of those never recorded."""
        tags = set(self._keyring.content.exempt)
        gone = [number.tag for number in self._ledger.exempt() if number.tag not in tags]
        self._ledger.drop_exempt(gone)

    def _end_holds(self) -> None:
        """Forget the words of recordings that are not held: lifted, or never quite held."""
        loose = []
        for hold in self._ledger.holds():
            entry = self._keyring.get(hold.recording)
            if entry is None or not entry.held:
                loose.append(hold.recording)
        self._ledger.release(loose)

    def _end_erasures(self, today: int) -> None:
        """Forget the words of old erasures; date those that were ordered without a known date."""
        old, undated = [], []
        for one in self._ledger.erasures():
            if one.until is None:
                undated.append(structs.replace(one, until=today + ERASURE_DAYS))
            elif one.until < today:
                old.append(one.recording)
        if undated:
            self._ledger.erasing(undated)
        self._ledger.forget_erasures(old)

    def _forget_erased(self) -> None:
        """Forget what was taken back and noted of recordings without a key; no case names them.

        As long as a shard is lost, an older card may bring back a key, and what was taken back.
        """
        if self._keyring.lost_shards:
            return
        named = [one.recording for one in self._ledger.endings()]
        named += [one.recording for one in self._ledger.notes()]
        self._ledger.forget_beside({rid for rid in named if rid not in self._keyring})
        changed = []
        for case in self._ledger.cases():
            left = tuple(rid for rid in case.recordings if rid in self._keyring)
            if left != case.recordings:
                changed.append(structs.replace(case, recordings=left))
        if changed:
            self._ledger.keep_cases(changed)

    def _end_cases(self, today: int) -> None:
        """Forget the cases that are over."""
        over = [one for one in self._ledger.cases() if one.until is not None and one.until < today]
        self._ledger.forget_cases([case.case for case in over])

    def _end_copies(self, today: int) -> None:
        """Forget old copies; date those of which no recording is here any more.

        One of which nothing left is there for its silence alone.
        """
        old = []
        silenced = self._ledger.silences()
        for one in self._ledger.copies():
            if one.case in silenced or any(rid in self._keyring for rid in one.recordings):
                continue
            if not one.calls:
                old.append(one.case)
            elif one.until is None:
                self._ledger.keep_copy(structs.replace(one, until=today + COPY_DAYS))
            elif one.until < today:
                old.append(one.case)
        self._ledger.forget_copies(old)
