"""The sound driver in a process of its own, and the test's end of it.

PortAudio reads its environment once, so a card of a private sound server needs a new process:
``python -m tests.lines.sound.sound_driver CARD SIDES`` writes all that the driver delivers to
standard output and does what it is told on standard input.
"""

import contextlib
import logging
import os
import pickle
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from appliance.clock import SystemClock
from appliance.lines.base import HookEvent
from appliance.lines.sound import session as sound_session
from appliance.lines.sound.driver import SoundLine
from appliance.lines.sound.portaudio import PortAudio
from appliance.model.audio import AudioFrame
from appliance.model.events import Gap
from appliance.model.policy import PromptKind, PromptRef
from appliance.model.prompts import Prompt
from appliance.prompts.speech import simulated_voices
from tests.rig.priority import favour
from tests.rig.pulse_audio import Server

Item = AudioFrame | Gap | HookEvent

PATIENCE = 15.0

WORDS = Prompt(
    PromptRef("words", "0" * 64, "pl"),
    PromptKind.QUESTION,
    np.ascontiguousarray(simulated_voices()[0][:20000]),
    18000,
)
"""What the driver says when told to: two and a half seconds of somebody's speech."""


class Driver:
    """The other end of a driver's process."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._items: queue.Queue[Item | None] = queue.Queue()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def tell(self, order: str) -> None:
        """Let the driver ``play``, ``stop`` or ``close``."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{order}\n".encode())
        self._process.stdin.flush()

    def next(self) -> Item:
        """Return what the driver delivers next."""
        item = self._items.get(timeout=PATIENCE)
        assert item is not None, "the driver's process has ended"
        return item

    def until(self, wanted: Callable[[Item], bool]) -> list[Item]:
        """Return all that is delivered up to something wanted, which comes last."""
        items = [self.next()]
        while not wanted(items[-1]):
            items.append(self.next())
        return items

    def frames(self, count: int) -> list[AudioFrame]:
        """Return the next frames, after whatever comes before them, and nothing between them."""
        frames = [item for item in self.until(lambda item: isinstance(item, AudioFrame))][-1:]
        while len(frames) < count:
            frames.append(self.next())
        for item in frames:
            assert isinstance(item, AudioFrame), item
        return [item for item in frames if isinstance(item, AudioFrame)]

    def ended(self) -> int:
        """Wait until the process is over and return its exit code."""
        return self._process.wait(PATIENCE)

    def finish(self) -> None:
        """End the process, and close its pipes once nobody reads from them any more."""
        self._process.kill()
        self._process.wait()
        self._thread.join()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        # A process that is killed ends in the middle of something.
        with contextlib.suppress(EOFError, pickle.UnpicklingError):
            while True:
                self._items.put(pickle.load(self._process.stdout))  # noqa: S301 - our own
        self._items.put(None)


@contextlib.contextmanager
def driving(server: Server, card: str, sides: str = "both", rate: int = 48000) -> Iterator[Driver]:
    """Start a driver on a card of a sound server; end it and see that it printed nothing."""
    log = server.socket.with_name(f"driver-{card}.log")
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.lines.sound.sound_driver", card, sides, str(rate)],
            cwd=Path(__file__).parents[3],
            env={**os.environ, **server.environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
        )
    favour(process.pid)
    driver = Driver(process)
    try:
        yield driver
        driver.tell("close")
        assert driver.ended() == 0, log.read_text("utf-8")
        said = log.read_text("utf-8")
        assert said == "", said
    finally:
        driver.finish()


def main(card: str, sides: str, rate: str) -> None:
    """Be the driver's process."""
    logging.disable()  # what is printed on standard error is then a C library's
    # The tests' machine is busy with other tests: what goes out has as much lead as it may have.
    sound_session.LEAST_LEAD = sound_session.MOST_LEAD
    out = threading.Lock()

    def deliver(item: Item) -> None:
        with out:
            pickle.dump(item, sys.stdout.buffer)
            sys.stdout.buffer.flush()

    audio = {"card": card, "sides": sides, "rate": int(rate)}
    line = SoundLine("line", audio, {"card": card}, SystemClock(), PortAudio())
    orders = {"play": lambda: line.play(WORDS), "stop": line.stop, "close": line.close}
    line.start(deliver)
    for order in sys.stdin:
        orders[order.strip()]()
        if order == "close\n":
            return


if __name__ == "__main__":
    main(*sys.argv[1:])
