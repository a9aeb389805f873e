"""Keep why recordings were erased by hand, in the words of whoever ordered it."""

from collections.abc import Collection

from appliance.clock import day_of
from appliance.errors import Refused
from appliance.keeper.recordings.words import ERASURE_DAYS, Words
from appliance.keeper.storage.ledger import ErasureEntry, Ledger
from appliance.keeper.time.believed_clock import BelievedClock
from appliance.link.requests.calls import ErasureWords, Ground


class ErasureReasons:
    """The reasons of erasures by hand. Threads may share it."""

    def __init__(self, ledger: Ledger, words: Words, time: BelievedClock) -> None:
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
                        ground=ground,
                        author=author,
                        at=now,
                        until=day_of(now) + ERASURE_DAYS if known else None,
                        words=words,
                    )
                    for rid in recordings
                ]
            )

    def of(self, recording: str) -> ErasureWords:
        """Return why a recording was erased by hand; raises Refused (``not_found``)."""
        kept = self._ledger.erasure_of(recording)
        if kept is None:
            raise Refused("not_found", "Nobody has erased this recording by hand.")
        reason, readable = self._words.open(kept.words, "erasure")
        return ErasureWords(
            recording=recording,
            author=kept.author,
            reason=reason,
            readable=readable,
            at=kept.at,
        )
