"""Serve prompts and the simulated parties' voices by hash: sounds without a secret."""

import threading
from collections.abc import Mapping

from appliance.errors import Refused
from appliance.keeper.people.sessions import Caller
from appliance.keeper.reading.wav import Wav
from appliance.keeper.surroundings import Surroundings
from appliance.link.handlers import handles
from appliance.link.requests.demo_phone import GetSound, GetWords, SoundFile, SpokenWords
from appliance.model.audio import RATE, Sound
from appliance.model.prompts import digest
from appliance.prompts.library import Library
from appliance.prompts.shipped import shipped_words
from appliance.prompts.speech import simulated_voices


class Sounds:
    """Prompts and voices by the hash of their samples. Threads may share it."""

    def __init__(self, around: Surroundings) -> None:
        """Prepare; the first request reads the sounds."""
        self._around = around
        self._known: dict[str, Sound] = {}
        self._said: Mapping[str, tuple[str, str]] = {}
        self._lock = threading.Lock()

    @handles(GetSound)
    def _get(self, operation: GetSound, who: Caller) -> tuple[SoundFile, bytes]:
        with self._lock:
            if operation.sha256 not in self._known:
                self._known = self._read()  # the owner may have a new prompt
            sound = self._known.get(operation.sha256)
        if sound is None:
            raise Refused("no_sound")
        raw = Wav(1, sound.size).header() + sound.astype("<i2").tobytes()
        return SoundFile(round(sound.size / RATE, 3)), raw

    @handles(GetWords)
    def _words(self, operation: GetWords, who: Caller) -> SpokenWords:
        with self._lock:
            if operation.sha256 not in self._said:
                self._said = shipped_words() | self._spoken_here()
        return SpokenWords(*self._said.get(operation.sha256, ("", "")))

    def _spoken_here(self) -> dict[str, tuple[str, str]]:
        """Return the words of what this box spoke itself."""
        config = self._around.config
        library = Library(config.vault.prompts or None, self._around.folders.prompts)
        return {
            prompt.ref.sha256: (prompt.text, prompt.ref.language)
            for prompt in library.all_prompts(config)
            if prompt.text
        }

    def _read(self) -> dict[str, Sound]:
        config = self._around.config
        library = Library(config.vault.prompts or None, self._around.folders.prompts)
        said = {prompt.ref.sha256: prompt.sound for prompt in library.all_prompts(config)}
        return said | {digest(voice): voice for voice in simulated_voices()}
