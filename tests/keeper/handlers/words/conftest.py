"""A keeper, and a recorder's desk of prompts behind its real socket."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from appliance.config.settings import Config
from appliance.errors import Refused
from appliance.link.handlers import Answer, Handler, handlers_of
from appliance.link.operations import Operation, Role
from appliance.link.requests.settings import Taken as SettingsTaken
from appliance.link.requests.words import (
    Draft,
    KeepTake,
    PromptsChanged,
    SendTakes,
    ShownSaying,
    ShownWords,
    ShowWords,
)
from appliance.link.server import Server
from appliance.model.audio import RATE, Sound, samples
from appliance.model.policy import PromptKind
from appliance.model.sentences.lacking import Lacks
from appliance.model.takes import LineTake
from appliance.prompts.shipped import shipped
from appliance.prompts.takes.child import taken
from appliance.prompts.voices.engine import Engine
from appliance.recorder.handlers.words import RecorderWordsDesk
from tests.keeper.boxes import KeeperBox, set_up
from tests.prompts.test_render import Tones


@dataclass
class Lines:
    """The recorder's lines, as far as speaking heeds them."""

    busy: bool = False


@dataclass
class Office:
    """An administrator before the words of a box."""

    box: KeeperBox
    token: str
    folder: Path
    lines: Lines = field(default_factory=Lines)
    engine: Engine | None = field(default_factory=lambda: Tones(16))
    reread: int = 0

    def voice(self, config: Config, language: str) -> Engine:
        if self.engine is None:
            raise Lacks("voice_none", language=language)
        return self.engine

    def took(self) -> SettingsTaken:
        self.reread += 1
        return SettingsTaken(0)

    def ask(self, operation: Operation[Any], raw: bytes = b"", token: str = "") -> Any:
        return self.box.keeper.handle(operation, token or self.token, raw)

    def shown(self) -> ShownWords:
        found: ShownWords = self.ask(ShowWords())
        return found

    def saying(self, code: str) -> ShownSaying:
        return next(each for each in self.shown().lines[0].sayings if each.code == code)

    def wav(self, sound: Sound) -> bytes:
        """Return the file of somebody who waits, speaks, and waits."""
        quiet = np.zeros(samples(0.4), np.int16)
        path = self.folder / "take.wav"
        soundfile.write(path, np.concatenate([quiet, sound, quiet]), RATE)
        return path.read_bytes()

    def take(self, code: str = "refused", *files: bytes, token: str = "") -> Draft:
        """Send a recording; without files, of the shipped words."""
        files = files or (self.wav(shipped_sound(PromptKind(code))),)
        asked = SendTakes(line="Reception", code=code, sizes=tuple(map(len, files)))
        draft: Draft = self.ask(asked, b"".join(files), token)
        return draft

    def keep(self, draft: Draft, *without: str, token: str = "") -> None:
        checks = tuple(each for each in draft.checks if each not in without)
        self.ask(KeepTake(draft.draft, checks), token=token)


def shipped_sound(spoken: PromptKind) -> Sound:
    found = (e for e in shipped().entries.values() if (e.language, e.spoken) == ("pl", spoken))
    return shipped().sound(next(found))


def measure_here(
    files: Sequence[bytes], *, limit: float, named: bool, country: str
) -> tuple[LineTake, Sound]:
    """Measure without a child, which takes a second to begin."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / str(number) for number in range(len(files))]
        for path, raw in zip(paths, files, strict=True):
            path.write_bytes(raw)
        said, raw = taken(paths, limit=limit, named=named, country=country)
    return said, np.frombuffer(raw, "<i2").astype(np.int16)


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setattr("appliance.recorder.handlers.words.measure", measure_here)
    people = {"Adam Admin": frozenset({Role.ADMINISTRATOR}), "Lena": frozenset({Role.LISTENER})}
    box = set_up(tmp_path / "data", people)
    made = Office(box, box.log_in(), tmp_path)
    desk = RecorderWordsDesk(
        lambda: (box.keeper._around.config, made.lines),  # type: ignore[arg-type, return-value]
        box.folders,
        made.voice,
    )
    handlers: dict[type[Operation[Any]], Handler] = {
        **handlers_of(desk),
        PromptsChanged: lambda operation: made.took(),
    }

    def answer(operation: Operation[Any], session: str | None, upload: bytes) -> Answer:
        if type(operation) not in handlers:
            raise Refused("unknown_request")
        return handlers[type(operation)](operation, *((upload,) if operation.upload else ()))

    server = Server(box.folders.recorder_socket, answer, {0, os.getuid()})
    server.start()
    yield made
    desk.close()
    server.stop()
    box.keeper.close()


def other_office(config: Config) -> Config:
    says = {"pl": "Przychodnia Lipowa", "en": "Lipowa Clinic", "de": "die Praxis Lipowa"}
    return replace(config, office=replace(config.office, controller_says=says))
