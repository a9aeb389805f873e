"""Speak and measure prompts in children, between calls."""

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec

from appliance.config.folders import Folders
from appliance.config.settings import Config, Line
from appliance.errors import PromptError, Refused
from appliance.link.handlers import handles
from appliance.link.requests import words as ask
from appliance.link.requests.settings import SpokenLength
from appliance.prompts.languages import language_of
from appliance.prompts.lengths import Lengths
from appliance.prompts.library import VoicedSaying
from appliance.prompts.on_box import VOICES, how_many, readable, voice_lines
from appliance.prompts.takes.run import measure
from appliance.prompts.voices.choose import choose
from appliance.prompts.voices.engine import Engine
from appliance.recorder.line.lineup import Lineup
from appliance.structs import convert

LOOK_SECONDS = 1.0
"""Between two looks whether a call is over."""


class RecorderWordsDesk:
    """The recorder's part of the prompts."""

    def __init__(
        self,
        now: Callable[[], tuple[Config, Lineup | None]],
        folders: Folders,
        choose_voice: Callable[[Config, str], Engine] | None = None,
    ) -> None:
        """Begin.

        Args:
            now: returns the settings that the lines follow, and the lines; None before these are
                built.
            folders: the data folder.
            choose_voice: settings and language -> engine; the box's best without it.
        """
        self._now, self._folders = now, folders
        self._choose = choose_voice or _best
        self._working = threading.Lock()
        self._lengths = Lengths()
        self._stop = threading.Event()

    def close(self) -> None:
        """End all waiting."""
        self._stop.set()

    @handles(ask.MeasureTakes)
    def _measure(
        self, operation: ask.MeasureTakes, upload: bytes
    ) -> tuple[ask.MeasuredTakes, bytes]:
        """Cut the upload into its files and have a child look at them, one recording at a time."""
        if sum(operation.sizes) != len(upload) or len(operation.sizes) not in {1, 2}:
            raise Refused("take_files")
        if min(operation.sizes) <= 0 or not 0 < operation.limit <= 90:
            raise Refused("take_long", most=90)
        first = operation.sizes[0]
        files = [part for part in (upload[:first], upload[first:]) if part]
        with self._at_work():
            country = self._now()[0].office.country
            said, sound = measure(
                files, limit=operation.limit, named=operation.named, country=country
            )
        told = ask.MeasuredTakes(said.measures, said.samples, said.mark, said.clicks)
        return told, sound.astype("<i2").tobytes()

    @handles(ask.SpeakPrompts)
    def _speak(self, operation: ask.SpeakPrompts) -> Iterator[tuple[ask.SpeakingNow, bytes] | None]:
        config, _ = self._now()
        before, total = readable(self._folders.box_voice), how_many(config)
        done = 0
        with self._at_work():
            yield ask.SpeakingNow(0, total), b""
            said = voice_lines(
                config, before, lambda name: self._choose(config, name), again=operation.again
            )
            while True:
                while (lines := self._now()[1]) is not None and lines.busy:
                    yield ask.SpeakingNow(done, total, waits=True), b""
                    if self._stop.wait(LOOK_SECONDS):
                        raise Refused("recorder_ends")
                each = next(said, None)
                if each is None:
                    return
                done = min(done + 1, total)
                fields = msgspec.to_builtins(each.entry)
                prompt = convert(
                    {name: fields[name] for name in ask.SpokenPrompt.__struct_fields__},
                    ask.SpokenPrompt,
                )
                now = ask.SpeakingNow(done, total, prompt, each.fresh)
                yield now, each.sound.astype("<i2").tobytes()

    def lengths(
        self, config: Config, line: Line, voiced: Sequence[VoicedSaying]
    ) -> tuple[SpokenLength, ...]:
        """Measure how long announcements last; nothing where no voice can speak just now."""
        try:
            with self._at_work():
                language = language_of(config, line)
                found = self._lengths.of(voiced, language, lambda name: self._choose(config, name))
                return tuple(
                    SpokenLength(
                        each.saying.spoken.value,
                        tuple(name for name in line.purposes if name in each.saying.purposes),
                        each.seconds,
                        each.limit,
                        each.problem,
                    )
                    for each in found
                )
        except (PromptError, Refused):
            return ()

    def _at_work(self) -> "_Alone":
        return _Alone(self._working)


class _Alone:
    """Lets one child work at a time: two cores are there for the calls."""

    def __init__(self, lock: threading.Lock) -> None:
        self._lock = lock

    def __enter__(self) -> None:
        if not self._lock.acquire(timeout=1.0):
            raise Refused("speaking")

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def _best(config: Config, language: str) -> Engine:
    owners = Path(config.vault.prompts) / VOICES if config.vault.prompts else None
    return choose(language, "", owners)
