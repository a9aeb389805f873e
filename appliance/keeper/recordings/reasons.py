"""Keep why recordings were erased by hand, in the words of those who ordered it."""

from collections.abc import Collection

from msgspec import structs

from appliance.clock import day_of
from appliance.errors import Refused
from appliance.keeper.recordings.words import ERASURE_DAYS, Words
from appliance.keeper.storage.ledger import Ledger
from appliance.keeper.storage.rows import ErasureEntry
from appliance.keeper.time.believed_clock import BelievedClock
from appliance.link.requests.calls import ErasureWords, Ground
from appliance.vault.opening.keyring import Keyring


class ErasureReasons:
    """The reasons of erasures by hand. Threads may share it."""

    def __init__(self, keyring: Keyring, ledger: Ledger, words: Words, time: BelievedClock) -> None:
        self._keyring = keyring
        self._ledger = ledger
        self._words = words
        self._time = time

    def erasing(
        self, recordings: Collection[str], ground: Ground, reason: str, author: str
    ) -> None:
        """Keep the reason of an erasure that is about to be ordered.

        Args:
            recordings: to be erased together.
            ground: of Art. 17(1).
            reason: in the words of a person.
            author: the person's operator id.

        Raises:
            VaultError: it could not be written, so nothing may be erased.
        """
        known = self._time.judged.belief is not None
        now = self._time.now()
        with self._words.writing():
            before = [self._ledger.erasure_of(rid) for rid in recordings]
            cases = [entry.words for entry in before if entry is not None]
            words = self._words.seal(reason, "erasure", cases[0] if cases else None)
            self._ledger.erasing(
                [
                    ErasureEntry(
                        recording=rid,
                        call=self._keyring.entry(rid).call,
                        ground=ground,
                        author=author,
                        at=now,
                        until=day_of(now) + ERASURE_DAYS if known else None,
                        words=words,
                    )
                    for rid in recordings
                ]
            )

    def late(self, taken_up: Collection[str]) -> list[ErasureEntry]:
        """Return the erasures of recordings whose call was erased before they were taken up.

        The call went on while it was erased. Its later recordings were ordered to be erased
        as well, for the same reason, which is kept for them on return.

        Raises:
            VaultError: the ledger could not be written.
        """
        if not taken_up:
            return []
        with self._words.writing():
            erased = {one.call: one for one in self._ledger.erasures() if one.call}
            found = [
                structs.replace(erased[entry.call], recording=rid)
                for rid in taken_up
                if (entry := self._keyring.get(rid)) is not None and entry.call in erased
            ]
            if found:
                self._ledger.erasing(found)
            return found

    def parts(self, call: str) -> set[str]:
        """Return the recordings of a call that were ordered to be erased."""
        return {one.recording for one in self._ledger.erasures() if one.call == call}

    def missed(self, taken_up: Collection[str | None]) -> list[str]:
        """Return recordings of erased calls that a power cut kept from being ordered as well.

        Args:
            taken_up: recordings for which no order was given.
        """
        erasures = self._ledger.erasures() if taken_up else []
        erased = {one.call for one in erasures if one.call and one.recording not in self._keyring}
        found = {rid: self._keyring.get(rid) for rid in taken_up if rid} if erased else {}
        return [rid for rid, entry in found.items() if entry is not None and entry.call in erased]

    def together(self, recording: str) -> tuple[str, ...]:
        """Return the recordings that were ordered to be erased together with one, itself too."""
        kept = self._ledger.erasure_of(recording)
        if kept is None:
            return ()
        case = kept.words.case
        return tuple(one.recording for one in self._ledger.erasures() if one.words.case == case)

    def of(self, recording: str) -> ErasureWords:
        """Return why a recording was erased by hand; raises Refused."""
        kept = self._ledger.erasure_of(recording)
        if kept is None:
            raise Refused("not_by_hand")
        reason, readable = self._words.open(kept.words, "erasure")
        return ErasureWords(
            recording=recording,
            author=kept.author,
            reason=reason,
            readable=readable,
            at=kept.at,
        )
