"""Rendered prompts are kept by their words, and nothing else is ever said in their place."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest

from appliance.config.read import trial
from appliance.config.settings import Config, Confirmation, Line, Purpose
from appliance.config.words.digests import digest_of
from appliance.errors import PromptError
from appliance.model.policy import PromptKind, Saying
from appliance.model.sentences.lacking import Lacking
from appliance.prompts.library import RENDERED, Library
from appliance.prompts.on_box import speak_on_box
from appliance.prompts.store import INDEX, Store, write
from appliance.prompts.words.confirmed import unconfirmed
from tests.prompts.test_render import Tones

QUESTION = Saying(PromptKind.QUESTION)


def own_words(confirmed_by: str = "Anna Nowak") -> tuple[Config, Line]:
    """An office with a name and a purpose of its own, confirmed by a person or by nobody."""
    config = trial()
    quality = config.purpose("quality")
    fire = Purpose(
        id="fire",
        basis=quality.basis,
        full={"pl": "szkolenia strażaków"},
        short={"pl": "szkolenie strażaków"},
        label={"pl": "szkolenie strażaków"},
    )
    office = replace(
        config.office,
        languages=("pl",),
        controller_says={"pl": "Straż Pożarna w Lipowie"},
        legal_name_says={},
        notice_says={},
    )
    if confirmed_by:
        fire = replace(fire, confirmed=word(confirmed_by, digest_of(fire)))
        office = replace(office, confirmed=word(confirmed_by, digest_of(office)))
    line = replace(config.lines[0], purposes=("fire",), choices={"1": ("fire",), "2": ()})
    return replace(config, office=office, purposes=(fire,), lines=(line,)), line


def word(who: str, digest: str) -> Confirmation:
    return Confirmation(who, "2026-11-27", digest)


def hum(language: str) -> Tones:
    return Tones(16)


def speak(config: Config, folder: Path, **how: bool) -> list[str]:
    return [entry.spoken.value for entry in speak_on_box(config, folder, hum, **how)]


def test_what_the_box_spoke_is_said_with_its_words_and_its_voice(tmp_path: Path) -> None:
    config, line = own_words()
    assert Library(tmp_path).prompts(config, line).keys() <= {
        Saying(PromptKind.REFUSED),
        Saying(PromptKind.UNANSWERED),
        Saying(PromptKind.WITHDRAWN),
    }  # which name nobody: the shipped ones

    new = speak(config, tmp_path)

    assert sorted(new) == ["confirmation", "keys", "more", "question"]
    library = Library(tmp_path)
    assert library.missing(config, line) == ()
    prompt = library.prompts(config, line)[QUESTION]
    assert "tu Straż Pożarna w Lipowie" in prompt.text
    assert prompt.voice == "tones hum 1"
    assert 0 < prompt.mark < prompt.sound.size


def test_words_that_nobody_confirmed_are_not_said(tmp_path: Path) -> None:
    config, line = own_words(confirmed_by="")
    speak(config, tmp_path)
    library = Library(tmp_path)

    assert QUESTION not in library.prompts(config, line)
    (said, *_) = library.missing(config, line)
    assert said == Lacking("office_unconfirmed", {"words": digest_of(config.office)})


def test_a_confirmation_ends_with_the_words_that_it_was_for() -> None:
    config, line = own_words()
    assert unconfirmed(config, line, "pl") == ()
    fire = config.purpose("fire")
    changed = replace(config, purposes=(replace(fire, short={"pl": "szkolenie"}),))

    (said,) = unconfirmed(changed, line, "pl")

    assert (said.code, said.values["name"]) == ("purpose_unconfirmed", "fire")


def test_ready_words_need_nobody() -> None:
    config, line = own_words()
    ready = replace(config, purposes=trial().purposes)
    assert unconfirmed(ready, replace(line, purposes=("training", "quality")), "pl") == ()


def test_only_what_changed_is_spoken_again(tmp_path: Path) -> None:
    config, line = own_words()
    speak(config, tmp_path)
    assert speak(config, tmp_path) == []
    other = replace(line, more_key="6")
    changed = replace(config, lines=(other,))

    assert sorted(speak(changed, tmp_path)) == ["keys", "question"]

    files = {path.name for path in (tmp_path / RENDERED / "pl").iterdir()}
    assert len(files) == 4  # what the line said before is forgotten
    assert len(speak(changed, tmp_path, again=True)) == 4


def test_a_failure_changes_nothing(tmp_path: Path) -> None:
    config, line = own_words()
    speak(config, tmp_path)
    before = Library(tmp_path).prompts(config, line)[QUESTION].ref

    with pytest.raises(PromptError, match="may take 30"):
        list(speak_on_box(config, tmp_path, lambda _: Tones(3), again=True))

    assert Library(tmp_path).prompts(config, line)[QUESTION].ref == before


def test_a_prompt_that_was_exchanged_on_disk_is_refused_and_told(tmp_path: Path) -> None:
    """Somebody who can write there could make a question agree to something else."""
    config, line = own_words()
    speak(config, tmp_path)
    folder = tmp_path / RENDERED
    store = Store.read(folder)
    question, keys = (
        next(e for e in store.entries.values() if e.spoken is kind)
        for kind in (PromptKind.QUESTION, PromptKind.KEYS)
    )
    (folder / "pl" / question.file).write_bytes((folder / "pl" / keys.file).read_bytes())
    library = Library(tmp_path)

    assert QUESTION not in library.prompts(config, line)
    (said,) = library.missing(config, line)
    assert said.code == "damaged"
    assert sorted(speak(config, tmp_path)) == ["question"]  # and that mends it
    assert Library(tmp_path).missing(config, line) == ()


@pytest.mark.parametrize(
    "poison",
    [
        lambda text: text.replace('file = "', 'file = "../../../../etc/'),
        lambda text: text.replace('file = "', 'file = "/etc/'),
        lambda text: text.replace("mark = ", "mark = -"),
        lambda text: text.replace('spoken = "question"', 'spoken = "anthem"'),
        lambda text: text + "\nshell = 1\n",
        lambda text: text[: len(text) // 2],
        lambda text: "x" * 5_000_000,
        lambda text: "[" * 50_000,
    ],
)
def test_a_poisoned_index_is_one_sentence(poison: Callable[[str], str], tmp_path: Path) -> None:
    config, _ = own_words()
    speak(config, tmp_path)
    index = tmp_path / RENDERED / INDEX
    index.write_text(poison(index.read_text("utf-8")), "utf-8")

    (problem,) = Library(tmp_path).problems
    assert problem.code == "damaged"
    assert "index" in problem.sentence()
    assert Library(tmp_path).missing(config, config.lines[0]), "nothing of it is said"
    assert len(speak(config, tmp_path)) == 4  # all is made again


def test_a_mark_beyond_the_sound_is_refused(tmp_path: Path) -> None:
    config, _ = own_words()
    speak(config, tmp_path)
    store = Store.read(tmp_path / RENDERED)
    entry = next(iter(store.entries.values()))
    late = msgspec.structs.replace(entry, mark=entry.samples + 1)
    with pytest.raises(PromptError, match="is damaged"):
        store.sound(late)


def test_words_with_quotation_marks_come_back_as_they_were(tmp_path: Path) -> None:
    config, _ = own_words()
    speak(config, tmp_path)
    store = Store.read(tmp_path / RENDERED)
    entry = next(iter(store.entries.values()))
    odd = msgspec.structs.replace(entry, pieces=('a "word"\\', "jedynka."), draft=True)
    sound = store.sound(entry)

    write(tmp_path / "odd", [(odd, sound)])

    again = Store.read(tmp_path / "odd")
    assert list(again.entries.values()) == [odd]
    assert np.array_equal(again.sound(odd), sound)
