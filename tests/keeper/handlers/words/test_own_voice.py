"""Somebody records a prompt: measured, heard, confirmed by name, on the record, said."""

import io
import threading
import wave
from dataclasses import replace

import numpy as np
import pytest

from appliance.config.settings import Config
from appliance.errors import Refused, VaultError
from appliance.keeper.handlers.words.drafts import LONGEST_SECONDS
from appliance.link.requests.me import Stay
from appliance.link.requests.words import (
    DropTake,
    HearDraft,
    HearSaying,
    SendTakes,
    ShowDraft,
    ShowOutdated,
)
from appliance.model.audio import RATE, Sound, samples
from appliance.model.policy import PromptKind
from appliance.model.takes import LARGEST_TAKE
from appliance.prompts import store
from appliance.prompts.recorded import entries
from appliance.prompts.store import INDEX, PromptEntry, text_digest
from appliance.signals.pcm import through_alaw
from tests.keeper.boxes import OWNER
from tests.keeper.handlers.words.conftest import Office, other_office, shipped_sound
from tests.model.refusals import refuses


def kept(office: Office) -> list[PromptEntry]:
    return entries(office.box.folders.own_voice)


def heard(raw: bytes) -> Sound:
    with wave.open(io.BytesIO(raw)) as file:
        assert (file.getnchannels(), file.getframerate(), file.getsampwidth()) == (1, RATE, 2)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.int16)


def others_words(office: Office) -> None:
    """Let the settings make other words, as a change of theirs does."""
    around = office.box.keeper._around
    config: Config = around.config
    line = replace(config.lines[0], choices={"1": ("training", "quality"), "2": ()})
    around.config = replace(other_office(config), lines=(line,))


def test_a_confirmed_recording_is_kept_with_who_when_and_what(office: Office) -> None:
    draft = office.take()
    assert not draft.refused
    assert draft.checks == ("whole",)
    assert max(draft.peaks) == 100
    assert kept(office) == [], "nothing is kept before it is confirmed"
    office.keep(draft)
    (entry,) = kept(office)
    assert (entry.by, entry.day, entry.line) == (OWNER, "2026-09-21", "Reception")
    assert entry.text == "Dobrze, nie nagrywamy."
    assert entry.text_sha256 == text_digest(entry.text)
    last = office.box.newest()
    assert (last.type, last.detail, last.sha256) == ("prompt_kept", "refused.pl", entry.sha256)
    shown = office.saying("refused")
    assert (shown.origin, shown.recorded is not None, shown.text) == ("person", True, entry.text)
    assert office.reread == 1, "the lines read it for their next call"


def test_it_is_heard_as_a_caller_hears_it_with_a_beep_at_the_mark(office: Office) -> None:
    sound = shipped_sound(PromptKind.KEYS)
    draft = office.take("keys", office.wav(sound[:-8800]), office.wav(sound[-6400:]))
    assert "mark" in draft.checks
    whole, last = (heard(office.ask(HearDraft(draft.draft, end))[1]) for end in (False, True))
    mark = whole.size - samples(0.25)
    assert mark / RATE == pytest.approx(draft.mark, abs=0.01)
    spoken, beep = whole[:mark], whole[mark:]
    assert np.array_equal(through_alaw(spoken), spoken)
    assert abs(beep.astype(int)).max() > 3000
    assert abs(spoken[-400:].astype(int)).max() < 800, "the name is over before the beep"
    assert last.size == pytest.approx(3.25 * RATE, abs=2)


def test_not_all_confirmed_is_not_confirmed(office: Office) -> None:
    sound = shipped_sound(PromptKind.KEYS)
    draft = office.take("keys", office.wav(sound[:-8800]), office.wav(sound[-6400:]))
    for without in draft.checks:
        with refuses("unconfirmed"):
            office.keep(draft, without)
    assert kept(office) == []


def test_what_must_be_recorded_again_cannot_be_kept(office: Office) -> None:
    draft = office.take("refused", office.wav(np.zeros(RATE, np.int16)))
    assert draft.refused
    with refuses("take_unusable"):
        office.keep(draft)


def test_words_that_changed_meanwhile_are_not_kept(office: Office) -> None:
    sound = shipped_sound(PromptKind.QUESTION)
    draft = office.take("question", office.wav(sound[:-8800]), office.wav(sound[-6400:]))
    others_words(office)
    with pytest.raises(Refused) as refused:
        office.keep(draft)
    assert refused.value.code == "words_changed"
    assert "prompt_kept" not in office.box.acts()


def test_of_two_who_record_the_same_the_second_is_told(office: Office) -> None:
    other = office.box.log_in("Adam Admin")
    mine, theirs = office.take(), office.take(token=other)
    office.keep(mine)
    with pytest.raises(Refused) as refused:
        office.keep(theirs, token=other)
    assert refused.value.code == "take_changed"
    assert [entry.by for entry in kept(office)] == [OWNER]


def test_at_the_same_moment_one_of_them_is_kept_whole(office: Office) -> None:
    other = office.box.log_in("Adam Admin")
    drafts = [(office.take(), office.token), (office.take(token=other), other)]
    refused: list[str] = []

    def keep(number: int) -> None:
        draft, token = drafts[number]
        try:
            office.keep(draft, token=token)
        except Refused as refusal:
            refused.append(refusal.code)

    threads = [threading.Thread(target=keep, args=(number,)) for number in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["take_changed"]
    assert len(kept(office)) == 1
    assert office.saying("refused").origin == "person"


def test_a_recording_is_confirmed_by_whoever_made_it(office: Office) -> None:
    draft = office.take()
    other = office.box.log_in("Adam Admin")
    for asked in (ShowDraft(draft.draft), HearDraft(draft.draft)):
        with refuses("take_gone"):
            office.ask(asked, token=other)
    with refuses("take_gone"):
        office.keep(draft, token=other)


def test_recordings_wait_few_and_not_for_long(office: Office) -> None:
    first = office.take()
    drafts = [office.take() for _ in range(4)]
    with refuses("take_gone"):
        office.ask(ShowDraft(first.draft))
    office.box.clock.advance(LONGEST_SECONDS / 4)
    office.ask(ShowDraft(drafts[0].draft))
    for _ in range(4):
        office.ask(Stay())
        office.box.clock.advance(LONGEST_SECONDS / 4)
        office.shown()
    with refuses("take_gone"):
        office.ask(ShowDraft(drafts[0].draft))


def test_files_that_are_none_are_told_and_leave_nothing(office: Office) -> None:
    for bad in (b"x", b"RIFF" + b"\0" * 400, b"fLaC" * 99):
        draft = office.take("refused", bad)
        assert [(each.name, each.verdict) for each in draft.measures] == [("format", "refuse")]
        with pytest.raises(Refused):
            office.ask(HearDraft(draft.draft))
    assert kept(office) == []


def test_sizes_that_do_not_fit_are_refused(office: Office) -> None:
    raw = office.wav(shipped_sound(PromptKind.REFUSED))
    for sizes in ((), (0, len(raw)), (len(raw) + 1,), (1, 2, len(raw) - 3), (-1, len(raw) + 1)):
        with pytest.raises(Refused):
            office.ask(SendTakes(line="Reception", code="refused", sizes=sizes), raw)
    for line, code in (("Kitchen", "refused"), ("Reception", "notice"), ("Reception", "../x")):
        with refuses("no_announcement"):
            office.ask(SendTakes(line=line, code=code, sizes=(len(raw),)), raw)
    assert SendTakes.upload == LARGEST_TAKE


def test_a_listener_can_do_nothing_with_words(office: Office) -> None:
    lena = office.box.log_in("Lena")
    for asked in (HearSaying("Reception", "refused"), DropTake("f" * 64)):
        with pytest.raises(Refused) as refused:
            office.ask(asked, token=lena)
        assert refused.value.code == "forbidden"
    with pytest.raises(Refused) as refused:
        office.take(token=lena)
    assert refused.value.code == "forbidden"


def test_where_it_cannot_be_written_nothing_is_said_to_be_kept(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = office.take()

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store, "_settle", full)
    with refuses("announcements_not_kept"):
        office.keep(draft)
    monkeypatch.undo()
    assert office.box.acts()[-2:] == ["prompt_kept", "failed"]
    assert office.saying("refused").origin == "shipped"
    office.keep(draft)
    assert office.saying("refused").origin == "person"


def test_without_the_record_nothing_is_kept(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = office.take()
    assert office.box.keeper.box is not None

    def fail(*_: object, **__: object) -> int:
        raise VaultError("The audit was not written.")

    monkeypatch.setattr(office.box.keeper.box.audit, "append", fail)
    with pytest.raises(VaultError):
        office.keep(draft)
    assert kept(office) == []


def test_what_is_out_of_date_is_told_and_can_be_removed(office: Office) -> None:
    sound = shipped_sound(PromptKind.QUESTION)
    office.keep(office.take("question", office.wav(sound[:-8800]), office.wav(sound[-6400:])))
    assert office.ask(ShowOutdated()).lines == ()
    others_words(office)
    (told,) = office.ask(ShowOutdated()).lines
    assert (told.line, told.sayings) == ("Reception", ("question",))
    shown = office.saying("question")
    assert (shown.origin, shown.seconds) == ("nobody", 0.0)
    assert shown.outdated is not None
    assert "Kancelaria Nowak" in shown.outdated.text
    assert office.shown().lines[0].lacking
    with refuses("unspoken"):
        office.ask(HearSaying("Reception", "question"))
    gone = DropTake(shown.outdated.take)
    office.ask(gone)
    assert office.ask(ShowOutdated()).lines == ()
    assert office.box.newest().type == "prompt_dropped"
    with refuses("no_take"):
        office.ask(gone)


def test_a_recording_without_a_place_is_told_and_can_be_removed(office: Office) -> None:
    """Its line has another name now: no saying of any line has its code, its line or its words."""
    office.keep(office.take())
    around = office.box.keeper._around
    before: Config = around.config
    line = replace(before.lines[0], name="Front desk", language="en")
    around.config = replace(before, lines=(line,))
    (told,) = office.ask(ShowOutdated()).lines
    assert (told.line, told.sayings) == ("Reception", ("refused",))
    (lost,) = office.shown().unsaid
    assert (lost.line, lost.language, lost.text) == ("Reception", "pl", "Dobrze, nie nagrywamy.")
    index = office.box.folders.own_voice / INDEX
    whole = index.read_bytes()
    index.write_bytes(b"[[prompt")
    with refuses("no_take"):
        office.ask(DropTake(lost.take))
    index.write_bytes(whole)
    office.ask(DropTake(lost.take))
    assert office.shown().unsaid == ()
    assert office.ask(ShowOutdated()).lines == ()
    assert kept(office) == []


def test_one_that_was_replaced_waits_unsaid_for_its_words(office: Office) -> None:
    """Nobody is asked to see to it, for today's words are there; it can be seen and removed."""
    sound = shipped_sound(PromptKind.QUESTION)
    files = office.wav(sound[:-8800]), office.wav(sound[-6400:])
    around = office.box.keeper._around
    before: Config = around.config
    office.keep(office.take("question", *files))
    others_words(office)
    office.keep(office.take("question", *files))
    assert office.ask(ShowOutdated()).lines == ()
    (waits,) = office.shown().unsaid
    assert "Kancelaria Nowak" in waits.text
    around.config = before
    (waits,) = office.shown().unsaid
    assert "Przychodnia Lipowa" in waits.text
