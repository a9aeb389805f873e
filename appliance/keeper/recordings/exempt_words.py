"""Keep the numbers that are never recorded in words, for a privacy officer to read.

The tags in the keyring decide whom the box asks; these words only show who they are. Each number is
a case of its own: a thief of keyring and ledger reads none without a password, and taking a number
off destroys its key.
"""

from collections.abc import Collection
from dataclasses import dataclass

from appliance.clock import Clock
from appliance.keeper.recordings.words import Words
from appliance.keeper.storage.ledger import Ledger
from appliance.keeper.storage.rows import ExemptEntry
from appliance.link.requests.calls import Readable

MOST_SHOWN = 2_000
"""Numbers kept as words, so that the keyring, which holds a key for each, stays small."""


@dataclass(frozen=True, slots=True)
class ShownNumber:
    """A number that is never recorded, as the list shows it."""

    tag: int
    number: str  # +48221234567; empty if it cannot be read
    readable: Readable
    author: str  # an operator's id
    at: float  # UTC


class ExemptWords:
    """The numbers of the exempt list as words. Threads may share it."""

    def __init__(self, ledger: Ledger, words: Words, clock: Clock) -> None:
        self._ledger = ledger
        self._words = words
        self._clock = clock

    def write(self, number: str, tag: int, author: str) -> None:
        """Keep a number that was put on the list; nothing if it is kept already.

        Raises:
            VaultError: it could not be written; the number is on the list and cannot be shown.
        """
        with self._words.writing():
            known = {entry.tag for entry in self._ledger.exempt()}
            if tag in known or len(known) >= MOST_SHOWN:
                return
            sealed = self._words.seal(number, "exempt")
            at = self._clock.now()
            self._ledger.keep_exempt(ExemptEntry(tag=tag, author=author, at=at, words=sealed))

    def case_of(self, tag: int) -> str:
        """Return the case of a number; empty if it is not kept."""
        cases = {entry.tag: entry.words.case for entry in self._ledger.exempt()}
        return cases.get(tag, "")

    def drop(self, tag: int) -> None:
        """Forget a number that was taken off the list."""
        with self._words.writing():
            self._ledger.drop_exempt([tag])

    def read(self, tags: Collection[int]) -> list[ShownNumber]:
        """Return the kept numbers of the list, in no order."""
        found = []
        for entry in self._ledger.exempt():
            if entry.tag in tags:
                number, readable = self._words.open(entry.words, "exempt")
                found.append(ShownNumber(entry.tag, number, readable, entry.author, entry.at))
        return found
