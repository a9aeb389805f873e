"""The door to a simulated line's phones: deeds go in from any thread, facts come out.

A deed waits in a queue for the line's own thread, which does it at the next frame and answers. So
what happens depends on the line clock alone, however many people play with the phones.
"""

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import NamedTuple

from appliance.errors import Refused
from appliance.exchange.circuit.voices import PartyVoices
from appliance.model.audio import Sound
from appliance.model.demo_phone import SENTENCES, Deed, Party, PhonesNow, Why, idle
from appliance.model.prompts import digest


def refusal(why: Why) -> Refused:
    """Return what to raise when a deed makes no sense now."""
    return Refused(f"phone_{why}", SENTENCES[why])


class Asked(NamedTuple):
    """A deed that waits, and where its answer goes."""

    deed: Deed
    done: Future[None]

    def refuse(self, why: Why) -> None:
        """Answer that it makes no sense now."""
        self.done.set_exception(refusal(why))


class Lent(NamedTuple):
    """A voice that somebody lent to a phone, and its hash."""

    sha256: str
    sound: Sound


class Phones:
    """All phones of one line."""

    def __init__(self, voices: PartyVoices) -> None:
        """Begin with every phone on its hook."""
        self.voices = voices
        self.hashes = {"far": digest(voices.far), "near": digest(voices.near)}
        self._asked: deque[Asked] = deque()
        self._lent: dict[Party, Lent] = {}
        self._lock = threading.Lock()
        self._closed = False
        self._now = idle(0)
        self._listeners: list[Callable[[PhonesNow], None]] = []
        self.wake: Callable[[], None] = lambda: None  # a line at speed stands still without a call

    # -- from any thread --------------------------------------------------------------------------

    def do(self, deed: Deed) -> Future[None]:
        """Have something done at the next frame; the future raises Refused if it makes no sense."""
        asked = Asked(deed, Future())
        with self._lock:
            if self._closed:
                asked.refuse("closed")
            else:
                self._asked.append(asked)
        self.wake()
        return asked.done

    def lend(self, party: Party, sound: Sound) -> str:
        """Lend a phone a voice, in place of the one lent before, and return its hash."""
        lent = Lent(digest(sound), sound)
        with self._lock:
            self._lent[party] = lent
        return lent.sha256

    def lent(self, party: Party, sha256: str) -> Lent:
        """Return a voice that was lent to a phone; raises Refused when it is not there."""
        with self._lock:
            found = self._lent.get(party)
        if found is None or found.sha256 != sha256:
            raise refusal("voice")
        return found

    @property
    def now(self) -> PhonesNow:
        """Return how the phones are."""
        return self._now

    def listen(self, listener: Callable[[PhonesNow], None]) -> None:
        """Have every change told, from the line's thread: the listener must not wait."""
        self._listeners.append(listener)

    # -- from the line's thread -------------------------------------------------------------------

    @property
    def asked(self) -> bool:
        """Say whether a deed waits."""
        return bool(self._asked)

    def take_asked(self) -> list[Asked]:
        """Return every deed that waits, in order."""
        with self._lock:
            taken = list(self._asked)
            self._asked.clear()
        return taken

    def tell(self, now: PhonesNow) -> None:
        """Tell how the phones are, if that is new."""
        if (now.phones, now.taken) != (self._now.phones, self._now.taken):
            self._now = now
            for listener in tuple(self._listeners):
                listener(now)
        else:
            self._now = now

    def close(self) -> None:
        """Refuse what waits and everything later; forget every voice."""
        with self._lock:
            self._closed = True
            self._lent.clear()
        for asked in self.take_asked():
            asked.refuse("closed")
