"""Judge what the office dials: only a number heard whole can be asked and recorded.

Theory of operation. Keys and pulses of the near side are gathered from the moment at which
a person can dial:

    off-hook without a ring ─┐
    flash ───────────────────┼─► gathering ── an emergency number stands there ──► EMERGENCY at once
    dial tone ───────────────┘       │
                                     └─ 4 s without another digit, ──► ORDINARY, LISTED,
                                        or the network's answer        AMBIGUOUS or INCOMPLETE

Where nobody can hear pulses, a call with a dial tone or ringback and without any key may have been
dialled by them: if it lasts, it counts as a call for help at its end. So does a short number with a
digit that could not be counted, if it may have been one.

At any other time (in a call that came in, or after the answer) keys are menus or card numbers:
then nothing is told, except that an emergency number was keyed, after a silence of 4 s and without
anything else. Whatever is not plainly ordinary stays exempt, so a missed digit or a gap in the
sound can only lead to silence, never to a prompt.
"""

import re
from collections.abc import Callable
from itertools import product

from appliance.config.numbering import is_short_service, valid_e164
from appliance.model import events as ev
from appliance.model.audio import RATE, samples
from appliance.model.terms import Grade, Hook, NumberKind, PartyCue, Side, Tone
from appliance.recorder.numbers.emergency import EmergencyNumbers

SETTLED = 4 * RATE
"""Without another digit for so long, the number is complete."""

UNHEARD = 8 * RATE
"""A call without a key heard that lasts so long may have been dialled by pulses: 112 takes two
seconds to dial and some to be answered."""

_UNKNOWN = "?"
_LONGEST_HELP = 6
"""Digits of the longest emergency number, 116 123."""

_MOST_GUESSES = 2
"""Unknown digits of a number that are tried out."""

_SERVICE = re.compile(r"[*#]+\d+(?:\*\d+)*#")  # such as #31#: withhold my number


def _number(keys: str) -> str:
    """Return the number among the keys, without a service code before or a "send" key behind."""
    return _SERVICE.sub("", keys, count=1).removesuffix("#")


class DialObserver:
    """Listens to one line's dialling."""

    def __init__(
        self,
        country: str,
        outside_prefix: str,
        listed: Callable[[str], bool],
        *,
        deaf_to_pulses: bool = False,
    ) -> None:
        """Begin with nothing dialled.

        Args:
            country: ISO 3166, whose numbering plan applies.
            outside_prefix: dialled before an outside number, empty for none.
            listed: says whether a number (E.164) is never to be recorded.
            deaf_to_pulses: nothing tells what is dialled by pulses.
        """
        self._country = country
        self._prefix = outside_prefix
        self._listed = listed
        self._emergency = EmergencyNumbers(country)
        self._deaf = deaf_to_pulses
        self._lifted_at: int | None = None  # by itself, without a ring
        self._calls_out = False  # a tone showed that it did not answer
        self._rang_at: int | None = None
        self._gathering = False
        self._keys = ""
        self._judged = ""  # the keys that have been told of
        self._last = 0  # end of the last key
        self._broken = False  # sound was missing while dialling
        self._told_emergency = False

    @property
    def not_begun(self) -> bool:
        """Say whether the office has lifted by itself and no key was heard yet."""
        return self._gathering and not self._keys

    def judge(self, event: ev.Event) -> list[ev.NumberDialled]:
        """Take one event of the line, whatever it is, and return what it settles."""
        match event:
            case ev.DigitPressed():
                return self._digit(event)
            case ev.Ring():
                self._rang_at = event.sample
            case ev.HookChanged():
                return self._hook(event)
            case ev.PartyChanged(cue=PartyCue.FLASH):
                self._forget(gathering=True)
            case ev.ToneHeard(tone=Tone.DIAL | Tone.RINGBACK):
                self._tone(event)
            case ev.Answered():
                return self._answered(event.sample)
            case ev.Gap():
                self._broken = self._broken or self._gathering
        return []

    def due(self, now: int) -> list[ev.NumberDialled]:
        """Return what has become settled by the line clock ``now``: 4 s after the last digit."""
        if not self._keys or now < self._last + SETTLED:
            return []
        at = self._last + SETTLED
        if not self._gathering:
            alone, self._keys = self._keys, ""
            return self._tell(at, NumberKind.EMERGENCY) if self._calls_for_help(alone) else []
        return self._judge_keys(at)

    def _judge_keys(self, at: int) -> list[ev.NumberDialled]:
        if self._judged == self._keys:
            return []
        self._judged = self._keys
        kind, number = self._kind()
        if kind in {NumberKind.ORDINARY, NumberKind.LISTED}:
            self._forget(gathering=False)  # what follows is for the far end
        return self._tell(at, kind, number)

    def _answered(self, at: int) -> list[ev.NumberDialled]:
        """Judge a number that the network has put through, so that it is complete."""
        told = self._judge_keys(at) if self._gathering else []
        self._forget(gathering=False)
        return told

    def _forget(self, *, gathering: bool) -> None:
        self._gathering = gathering
        self._keys = ""
        self._judged = ""
        self._last = 0
        self._broken = False
        self._told_emergency = False

    def _hook(self, event: ev.HookChanged) -> list[ev.NumberDialled]:
        if event.hook is Hook.OFF:
            rang = self._rang_at is not None and event.sample - self._rang_at <= ev.RING_TO_ANSWER
            self._forget(gathering=not rang)
            self._lifted_at, self._calls_out = None if rang else event.sample, False
            return []
        since, self._lifted_at = self._lifted_at, None
        unheard = self._deaf and self.not_begun and self._calls_out
        self._forget(gathering=False)
        long = since is not None and event.sample - since >= UNHEARD
        return self._tell(event.sample, NumberKind.EMERGENCY) if unheard and long else []

    def _tone(self, event: ev.ToneHeard) -> None:
        """Begin anew at a dial tone after digits; between prefix and number it changes nothing."""
        self._calls_out, sample = True, event.sample
        if event.tone is not Tone.DIAL:
            return
        if not (self._gathering and self._keys) or sample > self._last + SETTLED:
            self._forget(gathering=True)

    def _digit(self, digit: ev.DigitPressed) -> list[ev.NumberDialled]:
        far = digit.side is Side.FAR and digit.grade is Grade.A
        if far:  # only separate channels tell for sure; any other key may have been dialled here
            return []
        told = self.due(digit.sample)
        self._keys += digit.key
        self._last = digit.sample + samples(digit.ms / 1000)
        if self._gathering and self._calls_for_help(self._keys):
            return told + self._tell(digit.sample, NumberKind.EMERGENCY)
        return told

    def _tell(
        self, sample: int, kind: NumberKind, number: str | None = None
    ) -> list[ev.NumberDialled]:
        if kind is NumberKind.EMERGENCY:
            if self._told_emergency:
                return []
            self._told_emergency = True
        return [ev.NumberDialled(sample, kind, number)]

    def _calls_for_help(self, keys: str) -> bool:
        readings = self._readings(_number(keys))
        return any(self._emergency.holds(digits) for digits in readings)

    def _readings(self, number: str) -> set[str]:
        """Return the number as dialled and, where it fits, without the outside prefix."""
        readings = {number}
        if self._prefix and number.startswith(self._prefix):
            readings.add(number.removeprefix(self._prefix))
        return readings

    def _kind(self) -> tuple[NumberKind, str | None]:
        """Judge a number that is complete, as far as time tells."""
        number = _number(self._keys)
        unknown_prefix = self._emergency.holds(number[1:])  # one that nobody told us of
        if self._told_emergency or unknown_prefix or self._may_call_for_help(number):
            return NumberKind.EMERGENCY, None
        readings = self._readings(number)
        valid = {e164 for digits in readings if (e164 := self._valid(digits))}
        if any(self._listed(e164) for e164 in valid):
            return NumberKind.LISTED, None
        if self._broken or not valid:
            return NumberKind.INCOMPLETE, None
        short = any(is_short_service(digits, self._country) for digits in readings)
        unprefixed = not number.startswith(self._prefix)  # an extension, or a prefix not heard
        if short or unprefixed or len(valid) > 1:
            return NumberKind.AMBIGUOUS, None
        return NumberKind.ORDINARY, valid.pop()

    def _may_call_for_help(self, number: str) -> bool:
        """Say whether a number with digits that could not be counted may be an emergency's."""
        unknown = number.count(_UNKNOWN)
        if unknown == 0 or len(number) > _LONGEST_HELP + len(self._prefix):
            return False
        if unknown > _MOST_GUESSES:
            return True
        pattern = number.replace(_UNKNOWN, "{}")
        guesses = (pattern.format(*digits) for digits in product("0123456789", repeat=unknown))
        return any(self._calls_for_help(guess) for guess in guesses)

    def _valid(self, digits: str) -> str | None:
        """Return a dialled number as E.164, or None if the numbering plan has no such number."""
        return valid_e164(digits, self._country) if digits.isdigit() else None
