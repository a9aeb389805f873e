"""The box speaks from the panel: between calls, checked by the keeper, all or nothing."""

from dataclasses import replace

import pytest
from msgspec import structs

from appliance.errors import Refused
from appliance.link.requests.settings import ConfirmWords
from appliance.link.requests.words import HearSaying, SpeakingNow, SpeakWords
from appliance.model.audio import RATE
from appliance.model.policy import PromptKind
from appliance.prompts.store import INDEX, Store
from appliance.signals.pcm import through_alaw
from tests.keeper.desks import words_of
from tests.keeper.handlers.words.conftest import Office, other_office, shipped_sound
from tests.model.refusals import refuses
from tests.prompts.test_render import Tones

PATIENCE = 30.0


def speak(office: Office, *, again: bool = False) -> None:
    office.ask(SpeakWords(again))
    job = words_of(office.box.keeper)._job
    assert job.over.wait(PATIENCE)


def rename(office: Office) -> None:
    around = office.box.keeper._around
    around.config = other_office(around.config)


def test_it_speaks_what_nobody_has_spoken_and_the_lines_take_it(office: Office) -> None:
    rename(office)
    speak(office)
    told = office.shown().speaking
    assert told is not None
    assert (told.going, told.spoken, told.code) == (False, 1, "")
    (entry,) = Store.read(office.box.folders.box_voice).entries.values()
    assert "Przychodnia Lipowa" in entry.text
    assert office.reread == 1
    assert office.box.acts()[-1] == "words_spoken"
    speak(office)
    again = office.shown().speaking
    assert again is not None
    assert again.spoken == 0


def test_it_is_said_once_somebody_has_confirmed_the_words(office: Office) -> None:
    office.engine = Tones(14)
    speak(office, again=True)
    rename(office)
    speak(office)
    assert office.saying("question").origin == "nobody"
    assert office.shown().lines[0].lacking[0].code == "office_unconfirmed"
    codes = [each.code for each in office.shown().unread]
    assert codes == ["words"]
    office.ask(ConfirmWords(0, ("words",)))
    assert office.shown().unread == ()


def test_during_a_call_it_waits(office: Office) -> None:
    rename(office)
    office.lines.busy = True
    office.ask(SpeakWords())
    job = words_of(office.box.keeper)._job
    assert not job.over.wait(1.5)
    told = office.shown().speaking
    assert told is not None
    assert (told.going, told.waits) == (True, True)
    with pytest.raises(Refused) as refused:
        office.ask(SpeakWords())
    assert refused.value.code == "speaking"
    office.lines.busy = False
    assert job.over.wait(PATIENCE)
    assert office.shown().speaking.spoken == 1  # type: ignore[union-attr]


def test_without_a_voice_nothing_is_changed_and_one_sentence_tells(office: Office) -> None:
    rename(office)
    speak(office)
    before = (office.box.folders.box_voice / INDEX).read_bytes()
    office.engine = None
    around = office.box.keeper._around
    around.config = replace(around.config, office=replace(around.config.office, notice_says={}))
    speak(office, again=True)
    told = office.shown().speaking
    assert told is not None
    assert (told.code, told.values) == (
        "announcement_unusable",
        {"lacks": "voice_none", "language": "pl"},
    )
    assert (office.box.folders.box_voice / INDEX).read_bytes() == before
    assert office.box.acts()[-2:] == ["words_spoken", "failed"]


def test_words_that_the_settings_do_not_make_are_not_kept(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the recorder sends: the keeper knows what the lines say."""
    rename(office)
    job = words_of(office.box.keeper)._job
    said = list(job._recorder.speak_prompts(True))
    now, raw = next((now, raw) for now, raw in said if now.prompt is not None)
    assert now.prompt is not None
    begun = said[0]
    others = [
        replace_prompt(now, pieces=("Nagrywamy", "wszystko.")),
        replace_prompt(now, sha256="0" * 64),
        replace_prompt(now, mark=90 * RATE),
        replace_prompt(now, file="../../zgoda.flac"),
    ]
    for forged in others:
        monkeypatch.setattr(
            job._recorder, "speak_prompts", lambda _, s=forged: iter([begun, (s, raw)])
        )
        speak(office)
        told = office.shown().speaking
        assert told is not None
        assert told.code, forged
    assert not (office.box.folders.box_voice / INDEX).exists()


def replace_prompt(now: SpeakingNow, **changes: object) -> SpeakingNow:
    assert now.prompt is not None
    return structs.replace(now, prompt=structs.replace(now.prompt, **changes))


def test_what_is_heard_in_the_panel_is_what_callers_hear(office: Office) -> None:
    _, raw = office.ask(HearSaying("Reception", "refused"))
    sound = through_alaw(shipped_sound(PromptKind.REFUSED))
    assert raw[44:] == sound.astype("<i2").tobytes()


def test_with_the_recorder_away_one_sentence_tells(office: Office) -> None:
    office.box.folders.recorder_socket.unlink()
    with refuses("recorder_away"):
        office.ask(SpeakWords())
    assert office.box.acts()[-2:] == ["words_spoken", "failed"]
    with refuses("recorder_away"):
        office.take()
