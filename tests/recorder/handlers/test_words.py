"""Record prompts while lines work: said from the next call on, never in the present one."""

import numpy as np
import pytest

from appliance.call.call import Call
from appliance.call.states import State
from appliance.config.read import trial_text
from appliance.link.requests.settings import NextCalls, OutdatedLine, Taken, TryCalls
from appliance.link.requests.words import PromptsChanged
from appliance.model import actions as act
from appliance.model import events as ev
from appliance.model.audio import Sound
from appliance.model.policy import PromptKind, Saying
from appliance.model.prompts import digest
from appliance.prompts.library import Library
from appliance.prompts.recorded import keep
from appliance.prompts.store import INDEX, PromptEntry, text_digest
from tests.boxes import TrialBox
from tests.recorder.line.test_following_settings import FIRST, NEXT, Office, run

BOTH = frozenset({"training", "quality"})
CONFIRMATION = Saying(PromptKind.CONFIRMATION, BOTH)


def recording(box: TrialBox, text: str = "") -> tuple[PromptEntry, Sound]:
    """Return the confirmation of both purposes, as somebody else would say it."""
    config = box.config
    line = config.lines[0]
    prompt = Library(config.vault.prompts or None).prompts(config, line)[CONFIRMATION]
    sound = np.concatenate([prompt.sound[80:], np.zeros(80, np.int16)])
    words = (text or prompt.text,)
    entry = PromptEntry(
        file=f"confirmation-quality-training-{digest(sound)[:8]}.flac",
        language="pl",
        spoken=PromptKind.CONFIRMATION,
        pieces=words,
        mark=sound.size,
        samples=sound.size,
        sha256=digest(sound),
        engine="person",
        voice="Ewa Nowak",
        purposes=tuple(sorted(BOTH)),
        line=line.name,
        by="Ewa Nowak",
        day="2026-11-27",
        text_sha256=text_digest(words[0]),
    )
    return entry, sound


class Recording(Office):
    """An office in which somebody records a prompt at a moment of a call."""

    at: State | None = State.RECORDING
    text = ""
    told: Taken | None = None
    entry: PromptEntry | None = None

    def record(self) -> None:
        self.at = None
        self.entry, sound = recording(self.box, self.text)
        keep(self.box.folders.own_voice, self.entry, sound)
        told = self.recorder.handle(PromptsChanged(), None, b"")
        assert isinstance(told, Taken)
        self.told = told

    def _observe(self, event: ev.Event, call: Call, actions: tuple[act.Action, ...]) -> None:
        super()._observe(event, call, actions)
        if call.state is self.at:
            self.record()

    def said(self) -> list[set[str]]:
        """Return what each recorded call was told, by the digests in its sealed rule."""
        readers = [self.box.open(rid) for rid in self.box.recordings()]
        return [{words.prompt_sha256 for words in reader.rule.words} for reader in readers]


@pytest.fixture
def office(trial_box: TrialBox) -> Recording:
    return Recording(trial_box)


def test_a_recording_is_said_from_the_next_call_on(office: Recording) -> None:
    run(office, FIRST, NEXT)
    assert office.told == Taken(7)
    assert office.entry is not None
    assert [outcome for outcome, _ in office.outcomes] == ["recorded", "recorded"]
    assert sorted(office.entry.sha256 in said for said in office.said()) == [False, True]


def test_one_of_other_words_is_never_said(office: Recording) -> None:
    office.text = "Nagrywamy wszystko."
    run(office, FIRST, NEXT)
    assert office.entry is not None
    assert [outcome for outcome, _ in office.outcomes] == ["recorded", "recorded"]
    assert not any(office.entry.sha256 in said for said in office.said())


def test_a_broken_index_stops_no_line(office: Recording) -> None:
    (office.box.folders.own_voice / INDEX).write_bytes(b"\xff")
    office.at = None
    assert office.recorder.handle(PromptsChanged(), None, b"") == Taken(7)
    run(office, NEXT)
    assert [outcome for outcome, _ in office.outcomes] == ["recorded"]


def test_a_preview_names_what_will_be_out_of_date(office: Recording) -> None:
    office.at = None
    keep(office.box.folders.own_voice, *recording(office.box))
    now = office.recorder.handle(TryCalls(), None, _text())
    later = office.recorder.handle(TryCalls(), None, _text("Lipowej"))
    desk = _text().replace(b'name = "Reception"', b'name = "Front desk"\nlanguage = "en"')
    moved = office.recorder.handle(TryCalls(), None, desk)
    office.recorder.close()
    assert isinstance(now, NextCalls)
    assert isinstance(later, NextCalls)
    assert isinstance(moved, NextCalls)
    assert now.outdated == ()
    told = (OutdatedLine("Reception", ("confirmation-quality-training",)),)
    assert later.outdated == moved.outdated == told
    assert any("Lipowej" in text for text in later.calls[0].says), "what is not spoken yet, too"


def test_a_preview_shows_what_is_heard_in_each_language_of_a_line(office: Recording) -> None:
    office.at = None
    several = _text().replace(b'more_key = "9"', b'more_key = "9"\nother_languages = ["en"]')
    one = office.recorder.handle(TryCalls(), None, _text())
    both = office.recorder.handle(TryCalls(), None, several)
    office.recorder.close()
    assert isinstance(one, NextCalls)
    assert isinstance(both, NextCalls)
    assert [(each.language, each.asked) for each in one.calls] == [("pl", "question")]
    # Nobody has spoken the questions that offer another language: no caller is asked in either.
    assert [(each.language, each.asked) for each in both.calls] == [
        ("pl", "nothing"),
        ("en", "nothing"),
    ]
    assert all(each.lacking for each in both.calls)
    polish, english = both.calls
    assert "For English, press three." in polish.words[0]
    assert "Po polsku: proszę nacisnąć trójkę." in english.words[0]


def _text(word: str = "obsługi") -> bytes:
    return trial_text().replace("kontroli jakości obsługi", f"kontroli jakości {word}").encode()
