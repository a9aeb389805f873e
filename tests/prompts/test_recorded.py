"""People's recordings: said only with the words of today, kept whole through a power cut."""

import errno
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from msgspec import structs

from appliance.config.read import trial, trial_text
from appliance.config.settings import Config, Line
from appliance.errors import PromptError
from appliance.link.requests.settings import NextCalls, TryCalls
from appliance.model.audio import RATE, Sound
from appliance.model.policy import PromptKind, Saying
from appliance.model.prompts import digest
from appliance.prompts import recorded, store
from appliance.prompts.library import OWN, Library
from appliance.prompts.recorded import DAMAGED, drop, keep
from appliance.prompts.store import INDEX, PromptEntry, Store, file_name, text_digest
from appliance.prompts.words.compose import variants
from appliance.recorder.handlers.settings import RecorderSettingsDesk

QUESTION = Saying(PromptKind.QUESTION)


@pytest.fixture
def config() -> Config:
    return trial()


@pytest.fixture
def line(config: Config) -> Line:
    return config.lines[0]


def hum(seed: int = 1) -> Sound:
    wave = 3000 * np.sin(2 * np.pi * (300 + seed) / RATE * np.arange(RATE))
    sound: Sound = wave.astype(np.int16)
    return sound


def recording(
    config: Config, line: Line, saying: Saying = QUESTION, seed: int = 1, **changes: object
) -> tuple[PromptEntry, Sound]:
    """Return a confirmed recording of what a line says today."""
    words, sound = next(variants(config, line, "pl", saying)), hum(seed)
    entry = PromptEntry(
        file=f"{saying.code}-{digest(sound)[:8]}.flac",
        language="pl",
        spoken=saying.spoken,
        pieces=words.pieces,
        mark=sound.size,
        samples=sound.size,
        sha256=digest(sound),
        engine="person",
        voice="Ewa Nowak",
        purposes=tuple(sorted(saying.purposes)),
        line=line.name,
        by="Ewa Nowak",
        day="2026-11-27",
        text_sha256=text_digest(words.text),
    )
    return structs.replace(entry, **changes), sound


def renamed(config: Config) -> Config:
    says = {"pl": "Przychodnia Lipowa", "en": "Lipowa Clinic", "de": "die Praxis Lipowa"}
    return replace(config, office=replace(config.office, controller_says=says))


def test_a_recording_of_todays_words_is_said_before_any_other(
    config: Config, line: Line, tmp_path: Path
) -> None:
    entry, sound = recording(config, line)
    keep(tmp_path / OWN, entry, sound)
    library = Library(kept=tmp_path)
    prompt = library.prompts(config, line)[QUESTION]
    assert prompt.ref.sha256 == entry.sha256
    assert (prompt.text, prompt.voice, prompt.mark) == (entry.text, "", sound.size)
    voiced = library.one(config, line, "question")
    assert voiced is not None
    assert (voiced.origin, voiced.outdated) == ("person", None)
    assert library.outdated(config) == library.unsaid(config) == ()


def test_with_other_words_it_is_out_of_date_and_never_said(
    config: Config, line: Line, tmp_path: Path
) -> None:
    """Nor is anything else, unless it has the words of today: the line then asks nobody."""
    entry, sound = recording(config, line)
    keep(tmp_path / OWN, entry, sound)
    library, other = Library(kept=tmp_path), renamed(config)
    assert QUESTION not in library.prompts(other, line)
    assert [each.by for each in library.outdated(other)] == ["Ewa Nowak"]
    assert library.missing(other, line)[0].code == "words"
    later = replace(config, purposes=tuple(replace(p, retention_days=30) for p in config.purposes))
    assert library.outdated(later) == (), "the question does not name the days"


def no_more(config: Config, what: str) -> Config:
    """Return settings in which a purpose, a line or its language is another one."""
    (line,) = config.lines
    if what == "purpose":
        first, *others = config.purposes
        lessons = replace(first, id="lessons", full={"pl": "nauki nowych pracowników"})
        names = ("lessons", *line.purposes[1:])
        keys = {
            key: tuple("lessons" if each == first.id else each for each in agreed)
            for key, agreed in line.choices.items()
        }
        line = replace(line, purposes=names, choices=keys)
        return replace(config, purposes=(lessons, *others), lines=(line,))
    one_key = {"1": line.purposes, "2": ()}
    other = {
        "line": replace(line, name="Front desk", choices=one_key),
        "language": replace(line, language="en"),
        "purposes": replace(line, purposes=(), choices={}),
    }[what]
    return replace(config, lines=(other,))


@pytest.mark.parametrize("what", ["purpose", "line", "language", "purposes"])
def test_no_recording_goes_out_of_sight_with_its_place(
    config: Config, line: Line, tmp_path: Path, what: str
) -> None:
    """A purpose or a line that has another name now takes nothing with it."""
    sayings = (QUESTION, Saying(PromptKind.CONFIRMATION, frozenset({"training"})))
    for seed, saying in enumerate(sayings):
        keep(tmp_path / OWN, *recording(config, line, saying, seed))
    other = no_more(config, what)
    library = Library(kept=tmp_path)
    assert [each.saying for each in library.outdated(other)] == [*sayings]
    codes = ("question", "confirmation-training")
    assert library.outdated_by_line(other) == {"Reception": codes}
    assert library.unsaid(config) == ()


def test_what_another_line_says_is_not_out_of_date(
    config: Config, line: Line, tmp_path: Path
) -> None:
    keep(tmp_path / OWN, *recording(config, line))
    asks_less = replace(line, choices={"1": line.purposes, "2": ()})
    both = replace(config, lines=(asks_less, replace(line, name="Back office")))
    library = Library(kept=tmp_path)
    assert library.outdated(both) == ()
    assert QUESTION in library.prompts(both, both.lines[1])
    keep(tmp_path / OWN, *recording(renamed(config), replace(line, name="Back office"), seed=2))
    assert Library(kept=tmp_path).outdated(both) == (), "another recording took its place"
    assert len(Library(kept=tmp_path).unsaid(both)) == 1


def test_what_is_out_of_date_is_replaced_by_the_very_words_of_today(
    config: Config, line: Line, tmp_path: Path
) -> None:
    old, sound = recording(renamed(config), line)
    keep(tmp_path / OWN, old, sound)
    voiced = Library(kept=tmp_path).one(config, line, "question")
    assert voiced is not None
    assert voiced.prompt is not None
    assert voiced.origin == "shipped"
    assert voiced.prompt.text == voiced.ways[0].text
    assert voiced.outdated is not None
    assert voiced.outdated.text == old.text


def test_going_back_to_earlier_words_brings_their_recording_back(
    config: Config, line: Line, tmp_path: Path
) -> None:
    first, second = recording(config, line), recording(renamed(config), line, seed=2)
    for each in (first, second):
        keep(tmp_path / OWN, *each)
    for settings, (entry, _) in ((config, first), (renamed(config), second)):
        said = Library(kept=tmp_path).prompts(settings, line)[QUESTION]
        assert said.ref.sha256 == entry.sha256
    drop(tmp_path / OWN, second[0])
    assert [each.sha256 for each in recorded.entries(tmp_path / OWN)] == [first[0].sha256]


def test_a_preview_names_everybody_who_speaks(config: Config, line: Line, tmp_path: Path) -> None:
    """Machines, people, and a file of which nobody knows who speaks it."""
    keep(tmp_path / OWN, *recording(config, line))
    file = tmp_path / "owner" / "pl" / "keys.wav"
    file.parent.mkdir(parents=True)
    soundfile.write(file, np.concatenate([hum()] * 3), RATE)
    text = f'{trial_text()}\n[vault]\nprompts = "{tmp_path / "owner"}"\n'
    desk = RecorderSettingsDesk(config, None, lambda _: (), prompts=tmp_path)
    answer = desk._try(TryCalls(), text.encode())
    assert isinstance(answer, NextCalls)
    (call,) = answer.calls
    assert call.voices[0] == "Ewa Nowak"
    assert "" in call.voices
    assert len(call.voices) == 3


def test_a_damaged_recording_is_not_replaced(config: Config, line: Line, tmp_path: Path) -> None:
    entry, sound = recording(config, line)
    keep(tmp_path / OWN, entry, sound)
    file = tmp_path / OWN / "pl" / entry.file
    other, _ = recording(config, line, seed=9)
    for bad in (b"", file.read_bytes()[:200], b"RIFF"):
        file.write_bytes(bad)
        library = Library(kept=tmp_path)
        assert QUESTION not in library.prompts(config, line)
        assert library.missing(config, line)[0].code == "damaged"
    assert other.sha256 != entry.sha256


def test_words_changed_by_hand_in_the_index_are_not_said(
    config: Config, line: Line, tmp_path: Path
) -> None:
    """Else somebody could put today's words beside a recording of others."""
    entry, sound = recording(config, line, text_sha256=text_digest("what was read"))
    keep(tmp_path / OWN, entry, sound)
    library = Library(kept=tmp_path)
    assert QUESTION not in library.prompts(config, line)
    assert library.missing(config, line)[0].code == "changed"


def test_a_broken_index_is_told_and_the_box_goes_on(
    config: Config, line: Line, tmp_path: Path
) -> None:
    (tmp_path / OWN).mkdir()
    (tmp_path / OWN / INDEX).write_bytes(b"[[prompt]]\nfile = 1\n")
    library = Library(kept=tmp_path)
    assert len(library.problems) == 1
    assert library.missing(config, line) == ()
    keep(tmp_path / OWN, *recording(config, line))
    assert Library(kept=tmp_path).problems == []
    assert QUESTION in Library(kept=tmp_path).prompts(config, line)
    assert (tmp_path / OWN / DAMAGED).read_bytes() == b"[[prompt]]\nfile = 1\n"


@pytest.mark.parametrize("number", [errno.EIO, errno.EMFILE, errno.EACCES])
def test_an_index_that_cannot_be_read_now_loses_no_recording(
    config: Config, line: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    folder = tmp_path / OWN
    first, second = recording(config, line), recording(renamed(config), line, seed=2)
    keep(folder, *first)
    real = Path.open

    def fail(self: Path, *args: Any, **kwargs: Any) -> Any:
        if self.name == INDEX:
            raise OSError(number, os.strerror(number))
        return real(self, *args, **kwargs)

    monkeypatch.setattr(Path, "open", fail)
    with pytest.raises(OSError, match=os.strerror(number)):
        keep(folder, *second)
    monkeypatch.undo()
    assert not (folder / DAMAGED).exists()
    (kept,) = recorded.entries(folder)
    assert Store.read(folder).sound(kept).size == first[1].size


def test_what_a_damaged_index_named_stays_until_it_is_mended(
    config: Config, line: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / OWN
    first, second = recording(config, line), recording(renamed(config), line, seed=2)
    keep(folder, *first)
    whole = (folder / INDEX).read_bytes()
    (folder / INDEX).write_bytes(whole + b"[[prompt")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store, "_settle", full)
    with pytest.raises(OSError, match="No space"):
        keep(folder, *second)
    monkeypatch.undo()
    assert not (folder / DAMAGED).exists(), "it is set aside once another is whole"
    keep(folder, *second)
    again = recording(renamed(config), line, seed=3)
    keep(folder, *again)
    drop(folder, again[0])
    assert recorded.entries(folder) == []
    assert (folder / DAMAGED).read_bytes() == whole + b"[[prompt"
    assert len(list(folder.rglob("*.flac"))) == 1, "whatever was replaced or removed is gone"
    (folder / INDEX).write_bytes(whole)
    assert recorded.entries(folder) == [first[0]]
    assert Store.read(folder).sound(first[0]).size == first[1].size


@pytest.mark.parametrize("length", range(20, 33))
def test_names_of_many_purposes_fit_the_index(
    config: Config, line: Line, tmp_path: Path, length: int
) -> None:
    names = frozenset(letter * length for letter in "abcdefgh")
    saying = Saying(PromptKind.CONFIRMATION, names)
    entry, sound = recording(config, line)
    entry = structs.replace(entry, file=file_name(saying, entry.sha256))
    keep(tmp_path / OWN, entry, sound)
    assert recorded.entries(tmp_path / OWN) == [entry]


@pytest.mark.parametrize(
    "changes", [{"file": "choice--1.flac"}, {"voice": "Ewa\nNowak"}, {"by": "N" * 201}]
)
def test_what_no_index_can_hold_is_not_written(
    config: Config, line: Line, tmp_path: Path, changes: dict[str, Any]
) -> None:
    """Else the next reader would find an index that is damaged."""
    folder = tmp_path / OWN
    first = recording(config, line)
    keep(folder, *first)
    bad, sound = recording(renamed(config), line, seed=2, **changes)
    with pytest.raises(PromptError, match="cannot be noted"):
        keep(folder, bad, sound)
    assert recorded.entries(folder) == [first[0]]
    assert len(list(folder.rglob("*.flac"))) == 1


@pytest.mark.parametrize("after", range(6))
def test_a_power_cut_leaves_the_old_recordings_or_the_new_ones(
    config: Config, line: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    """Whatever step is the last that happens, every prompt that the index names is whole."""
    folder = tmp_path / OWN
    first, second = recording(config, line), recording(config, line, seed=2)
    keep(folder, *first)
    steps = iter(range(100))
    settle = store._settle

    def cut(path: Path) -> None:
        if next(steps) == after:
            raise OSError(5, "the plug was pulled")
        settle(path)

    monkeypatch.setattr(store, "_settle", cut)
    cut_off = False
    try:
        keep(folder, *second)
    except OSError:
        cut_off = True
    monkeypatch.undo()
    there = Store.read(folder)
    for entry in there.entries.values():
        there.sound(entry)
    found = {each.sha256 for each in there.entries.values()}
    assert found in ({first[0].sha256}, {second[0].sha256})
    assert cut_off or found == {second[0].sha256}
    keep(folder, *second)
    assert not list(folder.rglob("*.new"))


def test_the_oldest_makes_room(
    config: Config, line: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorded, "MOST_KEPT", 2)
    for seed, name in enumerate("abc"):
        entry, sound = recording(config, line, seed=seed, pieces=(name,))
        keep(tmp_path / OWN, entry, sound)
    assert [each.text for each in recorded.entries(tmp_path / OWN)] == ["b", "c"]
    assert len(list((tmp_path / OWN).rglob("*.flac"))) == 2
