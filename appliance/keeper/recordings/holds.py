"""Hold recordings past their day on a ground of Art. 17(3), until a review."""

from datetime import date

from msgspec import structs

from appliance.clock import Clock, day_of
from appliance.errors import Refused
from appliance.keeper.catalogue.catalogue import Catalogue
from appliance.keeper.recordings.words import Words
from appliance.keeper.storage.ledger import HoldEntry, Ledger
from appliance.link.requests.calls import HoldCall, HoldWords
from appliance.model.limits import LONGEST_REASON
from appliance.vault.opening.entry import RecordingEntry
from appliance.vault.opening.keyring import Keyring

_EPOCH = date(1970, 1, 1).toordinal()


def checked_reason(reason: str) -> str:
    """Accept a reason; raises Refused (``invalid``) if it is empty or too long."""
    words = reason.strip()
    if not words or len(words) > LONGEST_REASON:
        raise Refused("invalid", f"Give the reason in 1 to {LONGEST_REASON} characters.")
    return words


class Holds:
    """Sets and releases holds."""

    def __init__(
        self, keyring: Keyring, ledger: Ledger, words: Words, catalogue: Catalogue, clock: Clock
    ) -> None:
        self._keyring = keyring
        self._ledger = ledger
        self._words = words
        self._catalogue = catalogue
        self._clock = clock

    def hold(self, asked: HoldCall, author: str) -> None:
        """Hold a recording, or change its reason.

        Raises:
            Refused: ``not_found``, ``locked``, or ``invalid``: no reason, or the review is not
                on a future day.
        """
        call = self._catalogue.get(asked.recording)
        reason, review_day = checked_reason(asked.reason), self._review_day(asked.review)
        with self._words.writing():
            before = self._ledger.hold_of(asked.recording)
            # The reason first: no hold without one.
            self._ledger.hold(
                HoldEntry(
                    recording=asked.recording,
                    ground=asked.ground,
                    author=author,
                    review=asked.review,
                    at=self._clock.now(),
                    words=self._words.seal(reason, "hold", before.words if before else None),
                )
            )
            self._set(asked.recording, held=True, review_day=review_day)
        self._catalogue.put([structs.replace(call, held=True)])

    def of(self, recording: str) -> HoldWords:
        """Return why a recording is held; raises Refused (``not_found``)."""
        kept = self._ledger.hold_of(recording)
        if kept is None:
            raise Refused("not_found", "This recording is not held.")
        reason, readable = self._words.open(kept.words, "hold")
        return HoldWords(
            recording=recording,
            ground=kept.ground,
            author=kept.author,
            reason=reason,
            readable=readable,
            review=kept.review,
            at=kept.at,
        )

    def release(self, recording: str, actor: str) -> None:
        """Release a hold; the next sweep erases what is overdue. Its words lose their key.

        Raises:
            Refused: ``not_found``, ``locked``, or ``invalid``: it is not held.
        """
        call = self._catalogue.get(recording)
        if not call.held:
            raise Refused("invalid", "This recording is not held.")
        with self._words.writing():
            self._set(recording, held=False, review_day=None)
            self._catalogue.put([structs.replace(call, held=False)])
            kept = self._ledger.hold_of(recording)
            self._ledger.release([recording])
            if kept is not None:
                self._words.end([kept.words.case], actor)

    def _set(self, recording: str, *, held: bool, review_day: int | None) -> None:
        def put(_: str, entry: RecordingEntry) -> RecordingEntry:
            return structs.replace(entry, held=held, review_day=review_day)

        if not self._keyring.change([recording], put):
            raise Refused("not_found", "There is no such recording.")

    def _review_day(self, day: str) -> int:
        try:
            number = date.fromisoformat(day).toordinal() - _EPOCH
        except ValueError as error:
            raise Refused("invalid", f"“{day}” is not a day written like 2026-11-25.") from error
        if number <= day_of(self._clock.now()):
            raise Refused("invalid", "The review has to be on a day to come.")
        return number
