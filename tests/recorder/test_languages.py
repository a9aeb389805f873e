"""Test a line of several languages with the whole recorder, from the number on the wire on."""

from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs

from appliance.call.call import Call
from appliance.exchange.scene import Scene, SceneAct, greetings
from appliance.model import events as ev
from appliance.model.audio import RATE
from appliance.model.policy import PromptKind, Saying
from appliance.model.prompts import Prompt
from appliance.prompts.languages import in_languages
from appliance.prompts.library import Library
from appliance.recorder.service import Recorder
from tests.boxes import TrialBox, make_box
from tests.recorder.calls import Course, play
from tests.scenes.ways import RULES, key
from tests.scenes.worded import worded_config

LANGUAGES = ("pl", "en", "de")
COUNTRIES = {"pl": "+48600555012", "en": "+441632960960", "de": "+49301234567"}


@pytest.fixture(scope="module", name="box")
def _box(tmp_path_factory: pytest.TempPathFactory) -> TrialBox:
    """Return a box whose line speaks Polish, English and German, for one purpose by consent."""
    folder = tmp_path_factory.mktemp("languages")
    box, rules = make_box(folder / "data", pool_ahead=40), RULES["consent"]
    config = worded_config(
        box.config, folder / "words", rules.bases, rules.choices, "", *LANGUAGES[1:]
    )
    return replace(box, config=config)


def call(number: str | None, *acts: SceneAct) -> Scene:
    """Return a call from a number, with these acts, then talk and a hang-up."""
    both = SceneAct(by="both", do="speak", on="conversation", after_ms=200, seconds=1.5)
    end = SceneAct(by="office", do="hang_up", on="conversation", after_ms=9000)
    scene = Scene.ordinary(number or "", None)
    return structs.replace(scene, acts=(*greetings(), *acts, both, end))


class Heard:
    """The languages in which prompts began, as the line's own policy named them."""

    def __init__(self) -> None:
        self.languages: list[tuple[str, str]] = []

    def __call__(self, recorder: Recorder, event: ev.Event, call: Call) -> None:
        saying = call.asking.saying
        if saying is not None and call.asking.playing:
            said = (saying.spoken.value, call.policy.language)
            if not self.languages or self.languages[-1] != said:
                self.languages.append(said)


def played(box: TrialBox, *scenes: Scene) -> tuple[Course, list[tuple[str, str]]]:
    heard = Heard()
    return play(box, *scenes, wish=heard), heard.languages


def question_in(box: TrialBox, language: str) -> Prompt:
    """Return a language's question, read from its file again."""
    (line,) = box.config.lines
    library = Library(box.config.vault.prompts)
    spoken = {each.language or "pl": each for each in in_languages(box.config, line)}
    question = Saying(PromptKind.QUESTION)
    return library.prompts(box.config, spoken[language])[question]


def sealed(box: TrialBox, course: Course, language: str) -> None:
    """Check that the one recording says, sealed, in which language its consent was given."""
    assert course.notes[-1] == ("recorded", None)
    with box.open(course.kept[-1]) as reader:
        receipt, rule = reader.receipt, reader.rule
    assert (receipt.language, rule.language) == (language, language)
    question = question_in(box, language)
    assert receipt.prompt_sha256 == question.ref.sha256
    assert receipt.heard_ms == pytest.approx(question.mark * 1000 / RATE, abs=40), "it was that one"
    assert receipt.policy_version == rule.version
    texts = {words.prompt_sha256 for words in rule.words}
    assert receipt.prompt_sha256 in texts
    assert {said.prompt_sha256 for said in receipt.said} <= texts


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_number_on_the_wire_decides_in_which_language_a_caller_is_asked(
    box: TrialBox, language: str
) -> None:
    course, heard = played(box, call(COUNTRIES[language], key("1", "mark")))
    assert heard == [("question", language), ("confirmation", language)]
    sealed(box, course, language)


@pytest.mark.parametrize("number", [None, "+33142685300"])
def test_without_a_country_that_it_knows_the_line_speaks_its_own_language(
    box: TrialBox, number: str | None
) -> None:
    course, heard = played(box, call(number, key("1", "mark")))
    assert heard[0] == ("question", "pl")
    sealed(box, course, "pl")


def test_the_key_leads_to_the_next_language_and_a_yes_counts_there(box: TrialBox) -> None:
    scene = call(COUNTRIES["pl"], key("3", "question", 1500), key("1", "mark"))
    course, heard = played(box, scene)
    assert heard == [("question", "pl"), ("question", "en"), ("confirmation", "en")]
    sealed(box, course, "en")
    with box.open(course.kept[-1]) as reader:
        (chosen,) = reader.receipt.keys
        assert (chosen.key, chosen.means, chosen.side) == ("3", "language", "far")


@pytest.mark.parametrize(("first", "then"), [("pl", "en"), ("de", "pl")])
def test_what_was_heard_of_the_first_language_stays_in_receipt_and_rule(
    box: TrialBox, first: str, then: str
) -> None:
    chosen = key("3", "mark", 900)
    course, heard = played(box, call(COUNTRIES[first], chosen, key("1", "mark_again", 700)))
    assert heard[:2] == [("question", first), ("question", then)]
    sealed(box, course, then)
    with box.open(course.kept[-1]) as reader:
        said = [each.prompt_sha256 for each in reader.receipt.said]
    assert said == [question_in(box, each).ref.sha256 for each in (first, then)]


def test_a_yes_to_the_first_question_is_void_once_another_language_is_chosen(
    box: TrialBox,
) -> None:
    yes = SceneAct(by="caller", do="key", keys="13", on="mark", after_ms=600, ms=100, gap_ms=300)
    course, heard = played(box, call(COUNTRIES["pl"], yes))
    assert heard[:2] == [("question", "pl"), ("question", "en")]
    assert course.notes == [("unrecorded", "no_answer")]
    assert course.kept == []


def test_a_hang_up_as_the_second_question_begins_leaves_nothing(box: TrialBox) -> None:
    gone = SceneAct(by="office", do="hang_up", on="question", after_ms=2200)
    course, heard = played(box, call(COUNTRIES["pl"], key("3", "question", 1500), gone))
    assert heard == [("question", "pl"), ("question", "en")]
    assert course.notes == [("unrecorded", "hung_up")]
    assert course.kept == []


def test_the_office_cannot_choose_for_the_caller(box: TrialBox) -> None:
    course, heard = played(box, call(COUNTRIES["pl"], key("3", "question", 1500, by="office")))
    assert heard[0] == ("question", "pl")
    assert ("question", "en") not in heard
    assert course.notes == [("unrecorded", "interrupted")]


def test_the_next_caller_begins_anew(box: TrialBox) -> None:
    first = call(COUNTRIES["pl"], key("3", "question", 1500), key("2", "question_end"))
    course, heard = played(box, first, call(None, key("1", "mark")))
    assert heard[-2:] == [("question", "pl"), ("confirmation", "pl")]
    sealed(box, course, "pl")


def test_a_line_of_one_language_keeps_its_rules_whoever_calls(
    box: TrialBox, tmp_path: Path
) -> None:
    (line,) = box.config.lines
    alone = replace(box, config=replace(box.config, lines=(replace(line, other_languages=()),)))
    course, heard = played(alone, call(COUNTRIES["de"], key("1", "mark")))
    assert heard == [("question", "pl"), ("confirmation", "pl")]
    sealed(alone, course, "pl")
