import hashlib
import tomllib
from collections.abc import Callable
from dataclasses import replace
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from appliance.config.read import trial
from appliance.config.settings import Basis, Config, Line
from appliance.model.policy import Saying, Spoken
from appliance.prompts.levels import active_dbm0
from appliance.prompts.library import Library, needed_prompts

QUESTION, KEYS, NOTICE = Saying(Spoken.QUESTION), Saying(Spoken.KEYS), Saying(Spoken.NOTICE)


def confirmation(*purposes: str) -> Saying:
    return Saying(Spoken.CONFIRMATION, frozenset(purposes))


BOTH, TRAINING = confirmation("training", "quality"), confirmation("training")
ASKING = {QUESTION, KEYS, BOTH, TRAINING}
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

    assert prompts.keys() == ASKING
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


def test_shipped_words_serve_only_lines_of_which_they_are_true(config: Config, line: Line) -> None:
    library = Library()
    training, quality = config.purposes
    other_keys = replace(line, choices={"1": ("training", "quality"), "9": ()})
    other_purpose = replace(line, purposes=("training",))
    other_words = replace(config, purposes=(replace(training, says={"pl": "reklamy"}), quality))
    other_basis = replace(
        config, purposes=(training, replace(quality, basis=Basis.LEGITIMATE_INTERESTS))
    )
    for changed, on, said in [
        (config, other_keys, {BOTH}),
        (config, other_purpose, {TRAINING}),
        (other_words, line, {BOTH, TRAINING}),
        (other_basis, line, {BOTH, confirmation("quality")}),
    ]:
        assert library.prompts(changed, on).keys() == said
        question, keys = library.missing(changed, on)
        assert question.startswith("line Reception has no question in pl that names its purposes")
        assert "keys" in keys


def test_the_shipped_notice_names_the_key_that_objects(config: Config, line: Line) -> None:
    library = Library()
    objectionable = with_basis(config, Basis.LEGITIMATE_INTERESTS)
    noticed = replace(line, choices={"2": ()})

    assert library.prompts(objectionable, noticed).keys() == {NOTICE}
    assert library.missing(objectionable, noticed) == ()
    contract, keyless = with_basis(config, Basis.CONTRACT), replace(line, choices={})
    assert library.prompts(contract, keyless) == {}
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
    for name in ("question", "keys"):
        save(speech(), f"pl/{name}.wav")

    assert Library(str(tmp_path)).missing(config, other) == ()


def test_a_bad_own_recording_is_told_and_never_replaced(
    config: Config, line: Line, tmp_path: Path, save: Save
) -> None:
    path = save(np.zeros(8000), "pl/question.wav")
    library = Library(tmp_path)

    assert QUESTION not in library.prompts(config, line)
    assert library.missing(config, line) == (
        f"{path}: is silent; record it again closer to the microphone",
    )


# -- the shipped recordings themselves ------------------------------------------------------------

SAID = [Spoken.QUESTION, Spoken.KEYS, Spoken.NOTICE, Spoken.CONFIRMATION]
SHIPPED = [(lang, spoken) for lang in ("pl", "en", "de") for spoken in SAID]


def shipped(language: str, spoken: Spoken) -> tuple[NDArray[np.int16], int]:
    """Return a shipped prompt through the library, and its mark."""
    config = trial()
    if spoken is Spoken.NOTICE:
        config = with_basis(config, Basis.LEGITIMATE_INTERESTS)
    choices = {"2": ()} if spoken is Spoken.NOTICE else config.lines[0].choices
    line = replace(config.lines[0], language=language, choices=choices)
    prompts = Library().prompts(config, line)
    prompt = next(prompt for saying, prompt in prompts.items() if saying.spoken is spoken)
    return prompt.sound, prompt.mark


@pytest.mark.parametrize(("language", "spoken"), SHIPPED)
def test_marks_agree_with_the_sound(language: str, spoken: Spoken) -> None:
    """By energy alone: full silence follows the mark, speech precedes it."""
    sound, mark = shipped(language, spoken)
    loud = np.flatnonzero(np.abs(sound.astype(int)) > 100)

    assert 0 <= mark - loud[-1] < 8 * 20  # the last sample of any strength is within 20 ms
    assert not sound[mark:].any()


@pytest.mark.parametrize("language", ["pl", "en", "de"])
@pytest.mark.parametrize("spoken", [Spoken.QUESTION, Spoken.KEYS, Spoken.NOTICE])
def test_the_last_key_is_named_by_one_word_of_its_own(language: str, spoken: Spoken) -> None:
    """A pause of 150 ms, then one short word up to the mark."""
    sound, mark = shipped(language, spoken)
    silent = np.flatnonzero(sound[:mark] != 0)
    breaks = np.flatnonzero(np.diff(silent) >= 1100)  # a pause of 150 ms, less fading
    word = mark - silent[breaks[-1] + 1]

    assert 0.2 < word / 8000 < 0.9


@pytest.mark.parametrize(("language", "spoken"), SHIPPED)
def test_recordings_are_short_and_at_level(language: str, spoken: Spoken) -> None:
    sound, _ = shipped(language, spoken)
    longest = {Spoken.QUESTION: 15, Spoken.KEYS: 8, Spoken.NOTICE: 15, Spoken.CONFIRMATION: 1.5}

    assert sound.size / 8000 <= longest[spoken]
    assert active_dbm0(sound) == pytest.approx(-18, abs=0.1)
    assert np.abs(sound.astype(int)).max() < 32767


def test_the_words_name_every_purpose_and_the_last_key() -> None:
    texts = tomllib.loads((resources.files("appliance.prompts") / "texts.toml").read_text("utf-8"))
    last = {"pl": "dwa.", "en": "two.", "de": "zwei."}
    for language, words in texts["words"].items():
        for name in ("question", "notice"):
            whole = " ".join(words[name])
            assert all(purpose in whole for purpose in texts["says"][language].values())
        assert {words[name][-1] for name in ("question", "keys", "notice")} == {last[language]}


def test_the_trial_uses_the_words_of_the_shipped_prompts() -> None:
    texts = tomllib.loads((resources.files("appliance.prompts") / "texts.toml").read_text("utf-8"))
    for purpose in trial().purposes:
        assert purpose.says == {lang: says[purpose.id] for lang, says in texts["says"].items()}


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
