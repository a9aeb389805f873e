"""Queue acts at a simulated line's phones from any thread, and publish the phones' state.

The line's own thread does a queued act at the next frame and answers it. So the call depends on
the line clock alone, however many people use the phones.
"""

import threading
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import NamedTuple

from appliance.errors import Refused
from appliance.exchange.circuit.voices import PartyVoices
from appliance.model.audio import Sound
from appliance.model.demo_phone import LiveAct, Party, PhonesNow, Why, idle
from appliance.model.prompts import digest

_REFUSALS: Mapping[Why, str] = {
    "taken": "phone_taken",
    "on_hook": "phone_on_hook",
    "off_hook": "phone_off_hook",
    "no_ring": "phone_no_ring",
    "alone": "phone_alone",
    "voice": "phone_voice",
    "no_part": "phone_no_part",
    "closed": "phone_closed",
}


def refusal(why: Why) -> Refused:
    """Return the error for an act that makes no sense now."""
    return Refused(_REFUSALS[why])


class PendingAct(NamedTuple):
    """An act that waits, and the future that takes its answer."""

    act: LiveAct
    done: Future[None]

    def refuse(self, why: Why) -> None:
        """Answer that the act makes no sense now."""
        self.done.set_exception(refusal(why))


class LentVoice(NamedTuple):
    """A voice that was lent to a phone, and its hash."""

    sha256: str
    sound: Sound


class Phones:
    """The phones of one line."""

    def __init__(self, voices: PartyVoices) -> None:
        """Begin with every phone on-hook."""
        self.voices = voices
        far = digest(voices.far)
        self.hashes: Mapping[Party, str] = {
            "caller": far,
            "office": digest(voices.near),
            "third": far,
        }
        self._asked: deque[PendingAct] = deque()
        self._lent: dict[Party, LentVoice] = {}
        self._lock = threading.Lock()
        self._closed = False
        self._pages = 0
        self.deserted = False
        """Whether pages showed the phones, and the last one was closed."""
        self.now = idle(0)
        """State of all phones."""
        self._listeners: list[Callable[[PhonesNow], None]] = []
        self.wake: Callable[[], None] = lambda: None  # a line at speed stands still without a call

    # -- from any thread --------------------------------------------------------------------------

    def do(self, act: LiveAct) -> Future[None]:
        """Queue an act for the next frame; the future raises Refused if it makes no sense then."""
        asked = PendingAct(act, Future())
        with self._lock:
            if self._closed:
                asked.refuse("closed")
            else:
                self._asked.append(asked)
        self.wake()
        return asked.done

    def lend(self, party: Party, sound: Sound) -> str:
        """Lend a phone a voice, in place of the one lent before; return its hash."""
        lent = LentVoice(digest(sound), sound)
        with self._lock:
            self._lent[party] = lent
        return lent.sha256

    def lent(self, party: Party, sha256: str) -> LentVoice:
        """Return a voice that was lent to a phone; raise Refused when it is gone."""
        with self._lock:
            found = self._lent.get(party)
        if found is None or found.sha256 != sha256:
            raise refusal("voice")
        return found

    def came(self) -> None:
        """Count a page that shows the phones."""
        with self._lock:
            self._pages += 1
            self.deserted = False

    def went(self) -> None:
        """Count a page that was closed."""
        with self._lock:
            self._pages -= 1
            self.deserted = self._pages == 0

    def listen(self, listener: Callable[[PhonesNow], None]) -> None:
        """Call ``listener`` on every change, from the line's thread: it must not wait."""
        self._listeners.append(listener)

    # -- from the line's thread -------------------------------------------------------------------

    @property
    def asked(self) -> bool:
        """Return whether an act waits."""
        return bool(self._asked)

    def take_asked(self) -> list[PendingAct]:
        """Remove and return the acts that wait, in order."""
        with self._lock:
            taken = list(self._asked)
            self._asked.clear()
        return taken

    def tell(self, now: PhonesNow) -> None:
        """Publish the state of the phones; call the listeners if it changed."""
        changed = (now.phones, now.taken) != (self.now.phones, self.now.taken)
        self.now = now
        for listener in tuple(self._listeners) if changed else ():
            listener(now)

    def close(self) -> None:
        """Refuse every act from now on, and drop the voices."""
        with self._lock:
            self._closed = True
            self._lent.clear()
        for asked in self.take_asked():
            asked.refuse("closed")
