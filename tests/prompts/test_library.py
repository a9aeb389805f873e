import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from appliance.config.read import trial
from appliance.config.settings import Basis, Config, Line
from appliance.model.policy import PromptKind, Saying
from appliance.model.sentences.lacking import Lacking
from appliance.prompts.library import Library, needed_prompts

QUESTION, KEYS, NOTICE = (
    Saying(PromptKind.QUESTION),
    Saying(PromptKind.KEYS),
    Saying(PromptKind.NOTICE),
)


def confirmation(*purposes: str) -> Saying:
    return Saying(PromptKind.CONFIRMATION, frozenset(purposes))


BOTH = confirmation("training", "quality")
ASKING = {QUESTION, KEYS, BOTH, confirmation("training"), confirmation("quality")}
AFTER = {
    Saying(PromptKind.MORE),
    *map(Saying, (PromptKind.REFUSED, PromptKind.UNANSWERED, PromptKind.WITHDRAWN)),
}
Speech = Callable[..., NDArray[np.float64]]
Save = Callable[..., Path]


@pytest.fixture
def config() -> Config:
    return trial()


@pytest.fixture
def line(config: Config) -> Line:
    return config.lines[0]


def with_basis(config: Config, basis: Basis) -> Config:
    return replace(config, purposes=tuple(replace(p, basis=basis) for p in config.purposes))


@pytest.mark.parametrize("language", ["pl", "en", "de"])
def test_the_trial_can_ask_in_each_language(config: Config, line: Line, language: str) -> None:
    spoken = replace(line, language=language)
    library = Library()

    prompts = library.prompts(config, spoken)

    assert prompts.keys() == ASKING | AFTER
    assert library.missing(config, spoken) == ()
    for saying, prompt in prompts.items():
        assert prompt.spoken is saying.spoken
        assert prompt.ref.language == language
        assert prompt.ref.sha256 == hashlib.sha256(prompt.sound.tobytes()).hexdigest()
        assert prompt.ref.id == f"{saying.spoken}-{language}-{prompt.ref.sha256[:8]}"
        assert prompt.sound.dtype == np.int16
        assert prompt.sound.ndim == 1


def test_the_office_speaks_its_first_language_where_a_line_names_none(
    config: Config, line: Line
) -> None:
    german = replace(config, office=replace(config.office, languages=("de", "pl")))

    assert Library().prompts(german, line)[QUESTION].ref.language == "de"


def test_prompts_are_said_only_with_the_very_words_of_the_line(config: Config, line: Line) -> None:
    """One letter changed anywhere, and what was rendered for other words is not said."""
    library = Library()
    training, quality = config.purposes
    fewer = {"1": ("training", "quality"), "4": ("training",), "2": ()}
    ads = {"pl": "reklamy"}
    advertising = replace(training, full=ads, short=ads, label=ads)
    other_words = replace(config, purposes=(advertising, quality))
    other_office = replace(
        config, office=replace(config.office, controller_says={"pl": "Przychodnia Lipowa"})
    )
    kept_longer = replace(config, purposes=(replace(training, retention_days=91), quality))
    both = library.prompts(config, line).keys()
    for changed, on, unsaid in [
        (config, replace(line, choices=fewer), {QUESTION, KEYS}),
        (config, replace(line, more_key="7"), {QUESTION, KEYS}),
        (other_office, line, {QUESTION}),
        (other_words, line, {QUESTION, KEYS, BOTH, confirmation("training")}),
        (kept_longer, line, {Saying(PromptKind.MORE)}),
    ]:
        said = library.prompts(changed, on).keys()
        assert not said & unsaid
        if changed is not other_office:
            assert said >= both - unsaid - {confirmation("quality"), Saying(PromptKind.MORE)}
    question, *_ = library.missing(config, replace(line, choices=fewer))
    assert question == Lacking("words", {"line": "Reception"})


def test_a_line_on_another_basis_needs_a_notice(config: Config, line: Line) -> None:
    contract, keyless = with_basis(config, Basis.CONTRACT), replace(line, choices={})

    assert Library().prompts(contract, keyless) == {}
    assert needed_prompts(contract, keyless) == {NOTICE}


def test_a_line_without_purposes_needs_no_words(config: Config, line: Line) -> None:
    silent = replace(line, purposes=(), choices={})

    assert Library().missing(config, silent) == ()
    assert needed_prompts(config, silent) == frozenset()


def test_the_owners_own_words_come_first(
    config: Config, line: Line, tmp_path: Path, speech: Speech, save: Save
) -> None:
    shipped = Library().prompts(config, line)
    save(speech(2.0), "pl/question.wav")
    library = Library(tmp_path)
    for_all = library.prompts(config, line)
    save(speech(3.0), "Reception/pl/question.flac")
    for_one = library.prompts(config, line)

    ids = [p[QUESTION].ref.id for p in (shipped, for_all, for_one)]
    assert len(set(ids)) == 3
    assert for_one[KEYS].ref == shipped[KEYS].ref
    assert for_one[QUESTION].sound.size > for_all[QUESTION].sound.size


def test_an_own_recording_makes_any_line_complete(
    config: Config, line: Line, tmp_path: Path, speech: Speech, save: Save
) -> None:
    other = replace(line, choices={"1": ("training", "quality"), "9": ()})
    for name in ("question", "keys", "confirmation"):
        save(speech(), f"pl/{name}.wav")

    assert Library(str(tmp_path)).missing(config, other) == ()


def test_a_bad_own_recording_is_told_and_never_replaced(
    config: Config, line: Line, tmp_path: Path, save: Save
) -> None:
    path = save(np.zeros(8000), "pl/question.wav")
    library = Library(tmp_path)

    assert QUESTION not in library.prompts(config, line)
    (silent,) = library.missing(config, line)
    assert silent.code == "silent"
    assert path.name in silent.sentence()


def test_lines_that_say_the_same_share_one_sound_that_nobody_can_write_into(
    config: Config, line: Line
) -> None:
    library = Library()

    first, second = (
        library.prompts(config, each)[QUESTION].sound
        for each in (line, replace(line, name="Bureau"))
    )

    assert first is second
    assert not first.flags.writeable


@pytest.mark.parametrize(
    "name",
    [
        *("question-training", "confirmation-ads", "confirmation-training-quality"),
        *("choice-training", "Question", "question.wav", "../question", "refused-training"),
    ],
)
def test_a_file_named_for_something_else_is_never_said(
    config: Config, line: Line, tmp_path: Path, speech: Speech, save: Save, name: str
) -> None:
    """Purposes stand in alphabetical order, and what no line says has no file."""
    save(speech(2.0), f"own/pl/{name}.wav")

    library = Library(tmp_path / "own")

    assert {each.origin for each in library.survey(config, line)} == {"shipped"}


@pytest.mark.parametrize("key", ["", "1"])
def test_a_line_without_a_key_for_more_has_no_words_behind_it(
    config: Config, line: Line, key: str
) -> None:
    """Nobody ever hears them: they are neither shown nor asked for."""
    silent = replace(line, more_key=key)
    sayings = [each.saying for each in Library().survey(config, silent)]
    assert Saying(PromptKind.MORE) not in sayings
    assert QUESTION in sayings
    assert Library().one(config, silent, "more") is None
    vital = with_basis(config, Basis.VITAL_INTERESTS)
    surveyed = Library().survey(vital, replace(line, choices={}))
    assert [each.saying for each in surveyed] == [NOTICE]
