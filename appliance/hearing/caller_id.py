"""Read who calls: around the rings, and while a call waits."""

from appliance.hearing.keys import KeyCandidate
from appliance.model.audio import RATE
from appliance.model.events import CallerId
from appliance.model.terms import Tone
from appliance.signals.caller_id.messages import CallerIdMessage
from appliance.signals.caller_id.receiver import DtmfReceiver, FskReceiver
from appliance.signals.dtmf.detector import Digit
from appliance.signals.goertzel import History
from appliance.signals.progress.detector import CarrierFound, ToneFound

ALERTED = RATE
"""So long after its alert the identity of a call that waits may begin (ETSI EN 300 659-2)."""


class Callers:
    """Caller ID of one line, by FSK or by keys."""

    def __init__(self, whole: History) -> None:
        """Listen to the whole line."""
        self._whole = whole
        self._fsk = FskReceiver(whole)
        self._keys = DtmfReceiver()
        self._alerted = -ALERTED

    @property
    def listening(self) -> bool:
        """Say whether a message may be under way."""
        return self._fsk.listening

    def lifted(self) -> None:
        """Wait no longer for the rest of a message: the network breaks it off at the lift."""
        self._fsk.stop()

    def callers_in(
        self,
        keys: list[KeyCandidate],
        found: list[ToneFound | CarrierFound],
        off_hook: bool | None,
        shift: int,
    ) -> list[CallerId]:
        """Look at the frame just passed.

        Off-hook only what follows a call-waiting alert is read, on-hook keys as well. Where the
        hook is not known, keys may be a number that is dialled: they are read if a letter begins
        them.

        Args:
            keys: what was found in it.
            found: tones and carriers in it.
            off_hook: None if that is not known.
            shift: line clock minus the history's count.
        """
        for tone in found:
            if not isinstance(tone, CarrierFound):
                if tone.tone is Tone.CALL_WAITING:
                    self._alerted = self._whole.end
            elif off_hook is not True or self._whole.end - self._alerted < ALERTED:
                self._fsk.start(tone.standard)
        messages: list[CallerIdMessage | None] = [self._fsk.step()]
        if off_hook is not True:
            released = [heard.key for heard in keys if isinstance(heard.key, Digit)]
            bare = off_hook is False
            messages += [self._keys.add_key(key.key, key.sample, bare=bare) for key in released]
        sample = self._whole.end + shift
        return [
            CallerId(sample, message.number, message.name, message.withheld)
            for message in messages
            if message is not None
        ]
