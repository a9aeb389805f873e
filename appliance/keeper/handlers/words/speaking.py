"""Have the recorder's engines speak what the lines say; check and keep what comes."""

import contextlib
import logging
import threading
from collections.abc import Iterator

import msgspec
import numpy as np

from appliance.config.settings import Config
from appliance.errors import LinkError, Refused, ZgodaError
from appliance.keeper.audit.log import AuditLog
from appliance.keeper.handlers.lines import RecorderLink
from appliance.keeper.people.sessions import Caller
from appliance.keeper.surroundings import Surroundings
from appliance.link.failures import refusal_of
from appliance.link.requests.words import SpeakingNow, SpeechProgress
from appliance.model.audio import Sound
from appliance.model.prompts import digest
from appliance.prompts.languages import in_languages, language_of
from appliance.prompts.store import PromptEntry, write
from appliance.prompts.words.compose import compose, variants
from appliance.structs import convert
from appliance.threads import NamedThread

_log = logging.getLogger(__name__)


class SpeakingJob:
    """One run at a time, in a thread of its own. Threads may ask how far it is."""

    def __init__(self, around: Surroundings, recorder: RecorderLink, audit: AuditLog) -> None:
        """Begin idle."""
        self._around, self._recorder, self._audit = around, recorder, audit
        self._lock = threading.Lock()
        self.now: SpeechProgress | None = None
        """How far it is; None before the first run."""
        self.over = threading.Event()
        """Set while nothing is spoken."""
        self.over.set()

    def begin(self, again: bool, who: Caller) -> None:
        """Begin, once the recorder has said that it does.

        Raises:
            Refused: ``speaking`` while it goes on; ``recorder_away``.
        """
        with self._lock:
            if not self.over.is_set():
                raise Refused("speaking")
            said = self._recorder.speak_prompts(again)
            try:
                first, _ = next(said)
            except LinkError:
                raise Refused("recorder_away") from None
            self.over.clear()
            self.now = SpeechProgress(True, first.done, first.total, first.waits)
        NamedThread(self._run, "speaking", (said, who)).start()

    def tell_recorder(self) -> None:
        """Let the lines take new prompts; a recorder that is absent reads them when it starts."""
        with contextlib.suppress(LinkError, Refused):
            self._recorder.prompts_changed()

    def _run(self, said: Iterator[tuple[SpeakingNow, bytes]], who: Caller) -> None:
        try:
            spoken = self._speak(said)
            self.now = SpeechProgress(False, spoken=spoken)
        except LinkError:
            self._failed(who, Refused("recorder_away"))
        except ZgodaError as error:
            self._failed(who, refusal_of(error))
        except OSError as error:
            self._failed(who, Refused("announcements_not_kept", said=error.strerror or ""))
        except Exception:
            _log.exception("speaking failed")
            self._failed(who, Refused("failed"))
        finally:
            self.over.set()

    def _failed(self, who: Caller, why: Refused) -> None:
        self.now = SpeechProgress(False, code=why.code, values=why.values)
        with contextlib.suppress(ZgodaError):
            self._audit.append("failed", who.actor, detail="words_spoken")

    def _speak(self, said: Iterator[tuple[SpeakingNow, bytes]]) -> int:
        """Take every prompt, keep them all at once, and return how many are new."""
        allowed = _texts(self._around.config)
        rendered: list[tuple[PromptEntry, Sound]] = []
        fresh = 0
        for now, raw in said:
            self.now = SpeechProgress(True, now.done, now.total, now.waits)
            if now.prompt is not None:
                rendered.append(_checked(now, raw, allowed))
                fresh += now.fresh
        write(self._around.folders.box_voice, rendered)
        self.tell_recorder()
        return fresh


def _texts(config: Config) -> set[tuple[str, str]]:
    """Return the languages and words of all that the lines may say."""
    return {
        (language, words.text)
        for one in config.lines
        if one.purposes
        for line in in_languages(config, one)
        for language in [language_of(config, line)]
        for saying in compose(config, line, language)
        for words in variants(config, line, language, saying)
    }


def _checked(
    now: SpeakingNow, raw: bytes, allowed: set[tuple[str, str]]
) -> tuple[PromptEntry, Sound]:
    """Return a prompt as it will be kept; whatever does not fit is refused whole."""
    try:
        entry = convert(msgspec.to_builtins(now.prompt), PromptEntry)
        sound: Sound = np.frombuffer(raw, "<i2").astype(np.int16)
    except ValueError as error:
        raise Refused("speech_odd") from error
    if sound.size != entry.samples or digest(sound) != entry.sha256 or entry.mark > sound.size:
        raise Refused("speech_odd")
    if (entry.language, entry.text) not in allowed:
        raise Refused("speech_outdated")
    return entry, sound
