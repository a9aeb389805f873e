"""Whatever mistakes the wizard's answers hold, each is told once at its question."""

import copy
import html
import json
import random
import re
from collections.abc import Iterator

import pytest
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from appliance.config.mistakes import Mistake
from tests.config.drawing import slips, written
from tests.deep import deep
from tests.keeper.boxes import set_up
from tests.keeper.desks import settings_of
from tests.web.conftest import PEOPLE, Browser, Panel, serve
from tests.web.settings.drawing import DrawnForm, Values, can_send, in_force
from tests.web.setup.answering import sent_by
from tests.web.setup.drawing import AnswerSlip, DrawnStep, at, of_line, of_purposes
from tests.web.setup.test_plugged import SEEN
from web.settings import answers
from web.setup import drafts
from web.setup.questions import OFFICE

IN_ONE_GO = 40
LANGUAGES = ("pl", "de", "en")
WAYS = ("kept", "monitor+sound", "modem+sound", "isdn")
BESIDE = re.compile(r'id="([\w.+-]+)-mistake"[^>]*>([^<]*)<')
SUMMARY = re.compile(r'summary-title".*?<ul>(.*?)</ul>', re.DOTALL)
POINTS = re.compile(r"<li>(.*?)</li>", re.DOTALL)
TAG = re.compile(r"<[^>]+>")
OWN_WORDS = {
    "full": ("ustalenia terminu wizyty", "the booking of your visit"),
    "short": ("ustalenie terminu", "booking"),
    "label": ("ustalenie terminu wizyty", "the booking of a visit"),
}
REASON = "Callers expect us to mend what they report, and nobody listens to anything else."


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Panel]:
    """A panel of a box in which nearly everything is set; no test saves anything."""
    box = set_up(tmp_path_factory.mktemp("led") / "data", PEOPLE, seed_text=written(in_force())[0])
    for panel in serve(box):
        panel.recorder.devices = SEEN
        yield panel


@pytest.fixture(scope="module")
def browser(office: Panel) -> Browser:
    return office.log_in()


@pytest.fixture(scope="module")
def steps(browser: Browser) -> list[DrawnStep]:
    """Every form of the wizard that settings are made of, the line's once for each way."""
    line, purposes = (sent_by(browser.get(f"/setup/{name}").text) for name in ("line", "purposes"))
    more: dict[str, str | list[str]] = {
        f"{key}-own-{language}": text
        for key, words in OWN_WORDS.items()
        for language, text in zip(("pl", "en"), words, strict=True)
    }
    used = ["service", "training", "own", "faults"]
    more |= {"use": used, "justification-faults": REASON}
    more |= {f"health-{name}": "no" for name in used}
    return [
        DrawnStep("office", sent_by(browser.get("/setup/office").text), of_office()),
        *(DrawnStep("line", {**line, "device": way}, of_line(way)) for way in WAYS),
        DrawnStep("purposes", {**purposes, **more}, of_purposes(("pl", "en"))),
    ]


def of_office() -> list[AnswerSlip]:
    """Return the slips of the office's step: those of the settings that it asks for."""
    drawn, now = DrawnForm(OFFICE, None), in_force()
    good = answers.shown(now, OFFICE, None)
    found = []
    for slip in slips(now):
        if slip.place[0] != "office" or not can_send(drawn, now, slip):
            continue
        values = copy.deepcopy(now)
        slip.make(values)
        if (sent := drawn.sends(now, values)) is not None:
            names = {name for name in {*good, *sent} if good.getlist(name) != sent.getlist(name)}
            changed = {name: sent.get(name, "") for name in names - {"languages"}}
            question = "-".join(map(str, slip.place[1:]))
            found.append(AnswerSlip(question, slip.code, changed, touched(slip.place[1])))
    return found


def touched(key: object) -> frozenset[str]:
    """Return which other answers an office's setting has a say in."""
    return frozenset({"controller_says-pl", "controller_says-en"} if key == "languages" else ())


def filled(step: DrawnStep, made: list[AnswerSlip]) -> MultiDict[str, str]:
    form: MultiDict[str, str] = MultiDict()
    for name, said in {
        **step.good,
        **{k: v for each in made for k, v in each.answers.items()},
    }.items():
        form.setlist(name, said if isinstance(said, list) else [said])
    return form


def post(
    browser: Browser, step: DrawnStep, form: MultiDict[str, str], language: str
) -> TestResponse:
    form = form.copy()
    form["base"], form["csrf_token"] = "0", browser.token()
    form["do"] = "preview" if step.name == "purposes" else "save"
    return browser.post(f"/setup/{step.name}", data=form, headers={"Accept-Language": language})


def drafted(step: DrawnStep, form: MultiDict[str, str]) -> Values:
    now = in_force()
    match step.name:
        case "office":
            return drafts.finished(answers.drafted(now, OFFICE, None, form))
        case "line":
            return drafts.with_line(now, form)
    return drafts.with_purposes(now, form)


def found(office: Panel, draft: Values) -> tuple[Mistake, ...]:
    """Return what the keeper finds in a draft."""
    book = settings_of(office.box.keeper)._book
    return book.draft_of("values", json.dumps(draft).encode()).mistakes


def told(page: str) -> tuple[list[tuple[str, str]], list[str]]:
    """Return what a page says beside each question, and each point of its summary."""
    beside = [(key, html.unescape(text)) for key, text in BESIDE.findall(page)]
    summary = SUMMARY.search(page)
    assert summary is not None
    return beside, [html.unescape(TAG.sub("", each)) for each in POINTS.findall(summary[1])]


def typed(form: MultiDict[str, str]) -> dict[str, list[str]]:
    """Return what somebody has chosen and typed."""
    names = (name for name in form if not name.startswith("shown-"))
    return {name: sorted(form.getlist(name)) for name in names if form[name]}


def check(office: Panel, browser: Browser, step: DrawnStep, pick: random.Random) -> None:
    made = step.draw(pick)
    form = filled(step, made)
    draft = drafted(step, form)
    mistakes = found(office, draft)
    if step.name == "purposes":
        mistakes = (*mistakes, *drafts.unanswered(draft, form))
    places = {(at(step.name, each, form, draft), each.code) for each in mistakes}
    assert places == {(slip.question, slip.code) for slip in made}, (form, mistakes)

    language = pick.choice(LANGUAGES)
    answer = post(browser, step, form, language)

    assert answer.status_code == 400, (answer.status_code, form)
    beside, points = told(answer.text)
    sentences: dict[str, list[str]] = {}
    for each in mistakes:
        known = sentences.setdefault(at(step.name, each, form, draft), [])
        if each.sentence(language) not in known:
            known.append(each.sentence(language))
    others = [each for each in mistakes if not at(step.name, each, form, draft)]
    own = {key: " ".join(said) for key, said in sentences.items() if key}
    assert dict(beside) == own, form
    assert len(beside) == len(own), "none twice"
    assert len(points) == len(own) + len(others), points
    for sentence in (*own.values(), *(each.sentence(language) for each in others)):
        assert any(point.endswith(f": {sentence}") for point in points), (sentence, points)
    now = typed(sent_by(answer.text))
    assert {name: now.get(name) for name in typed(form)} == typed(form), "what was typed is kept"


def test_a_form_without_a_slip_is_right(
    office: Panel, browser: Browser, steps: list[DrawnStep]
) -> None:
    assert [step.name for step in steps] == ["office", *["line"] * len(WAYS), "purposes"]
    for step in steps:
        assert found(office, drafted(step, filled(step, []))) == ()
        assert len(step.slips) >= 8
    assert len({slip.code for step in steps for slip in step.slips}) > 20


@pytest.mark.parametrize("part", [*range(5), *(deep(part) for part in range(5, 60))])
def test_each_mistake_of_drawn_answers_is_told_once_at_its_question(
    office: Panel, browser: Browser, steps: list[DrawnStep], part: int
) -> None:
    pick = random.Random(part)
    for number in range(IN_ONE_GO):
        check(office, browser, steps[(part * IN_ONE_GO + number) % len(steps)], pick)
