"""A line of several languages is shown, heard, spoken and recorded in each of them."""

from dataclasses import replace

import pytest

from appliance.config.settings import Config, Confirmation
from appliance.config.words.digests import digest_of
from appliance.link.requests.words import HearSaying, SendTakes, ShownLine
from appliance.model.policy import PromptKind
from appliance.prompts.recorded import entries
from tests.keeper.handlers.words.conftest import Office, shipped_sound
from tests.keeper.handlers.words.test_speaking import speak
from tests.model.refusals import refuses


@pytest.fixture(name="spoken")
def _spoken(office: Office) -> Office:
    """An office whose line speaks English beside Polish."""
    around = office.box.keeper._around
    config: Config = around.config
    (line,) = config.lines
    said = Confirmation("Adam Admin", "2026-12-02", digest_of(config.office))
    line = replace(line, other_languages=("en",))
    office_said = replace(config.office, confirmed=said)
    around.config = replace(config, office=office_said, lines=(line,))
    return office


def lines(office: Office) -> list[tuple[str, str, bool]]:
    return [(each.line, each.language, each.beside) for each in office.shown().lines]


def question(line: ShownLine) -> str:
    return " ".join(next(each for each in line.sayings if each.code == "question").pieces)


def test_each_language_is_shown_with_its_own_words_and_what_it_lacks(spoken: Office) -> None:
    assert lines(spoken) == [("Reception", "pl", False), ("Reception", "en", True)]
    polish, english = spoken.shown().lines
    assert "Warszawie. For English, press three. Prosimy" in question(polish)
    assert "Warsaw. Po polsku: proszę nacisnąć trójkę. With your" in question(english)
    assert [[each.code for each in line.lacking] for line in (polish, english)] == [
        ["words"],
        ["words"],
    ]


def test_what_is_heard_is_in_the_language_that_is_asked_for(spoken: Office) -> None:
    sounds = {
        language: spoken.ask(HearSaying(line="Reception", code="refused", language=language))[1]
        for language in ("", "pl", "en")
    }
    assert sounds[""] == sounds["pl"] != sounds["en"]
    with refuses("no_announcement"):
        spoken.ask(HearSaying(line="Reception", code="refused", language="de"))


def test_a_recording_is_kept_for_its_language_and_said_in_it_alone(spoken: Office) -> None:
    raw = spoken.wav(shipped_sound(PromptKind.REFUSED))
    asked = SendTakes(line="Reception", code="refused", sizes=(len(raw),), language="en")
    draft = spoken.ask(asked, raw)
    assert draft.language == "en"
    spoken.keep(draft)
    (entry,) = entries(spoken.box.folders.own_voice)
    assert (entry.language, entry.line) == ("en", "Reception")
    said = {
        line.language: next(each for each in line.sayings if each.code == "refused").origin
        for line in spoken.shown().lines
    }
    assert said == {"pl": "shipped", "en": "person"}


def test_a_voice_of_the_device_speaks_what_each_language_lacks(spoken: Office) -> None:
    speak(spoken)
    assert spoken.shown().speaking is not None
    assert [line.lacking for line in spoken.shown().lines] == [(), ()]
    origins = [
        next(each for each in line.sayings if each.code == "question").origin
        for line in spoken.shown().lines
    ]
    assert origins == ["box", "box"]
