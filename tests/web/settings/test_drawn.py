"""Whatever mistakes a form holds, each is told once, beside its question."""

import html
import random
import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from werkzeug.datastructures import MultiDict

from appliance.config.mistakes import Mistake
from tests.config.drawing import written
from tests.deep import deep
from tests.keeper.boxes import set_up
from tests.keeper.desks import settings_of
from tests.web.conftest import PEOPLE, Browser, Panel, serve
from tests.web.settings.drawing import DrawnForm, forms, in_force
from web.settings import answers
from web.settings.fields import options_asked

IN_ONE_GO = 50
LANGUAGES = ("en", "pl", "de")
BESIDE = re.compile(r'id="([\w-]+)-mistake">([^<]*)<')
SUMMARY = re.compile(r'summary-title".*?<ul>(.*?)</ul>', re.DOTALL)
POINTS = re.compile(r"<li>(.*?)</li>", re.DOTALL)
TAG = re.compile(r"<[^>]+>")


EVERY = forms(in_force())


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Panel]:
    """A panel of a box in which nearly everything is set; no test saves anything."""
    box = set_up(
        tmp_path_factory.mktemp("drawn") / "data", PEOPLE, seed_text=written(in_force())[0]
    )
    yield from serve(box)


@pytest.fixture(scope="module")
def browser(office: Panel) -> Browser:
    return office.log_in()


def found(office: Panel, drawn: DrawnForm, form: MultiDict[str, str]) -> tuple[Mistake, ...]:
    """Return what the keeper finds in what a form sends."""
    book = settings_of(office.box.keeper)._book
    draft = answers.drafted(in_force(), drawn.section, drawn.item, form)
    return book.draft_of("values", msgspec.json.encode(draft)).mistakes


def question(drawn: DrawnForm, form: MultiDict[str, str], mistake: Mistake) -> str:
    """Return the question in which somebody has made a mistake, the narrowest that there is."""
    key, *below = map(str, mistake.place[1 if drawn.item is None else 2 :])
    kind = {each.key: each.kind for each in drawn.section.fields}[key]
    narrow = f"{key}-{below[0]}" if below else key
    if kind == "parts":
        return narrow if narrow in {each.key for each in options_asked(key, form)} else key
    if kind == "keys" and below:
        return next(f"key-{row}" for row in range(10) if form.get(f"key-{row}") == below[0])
    return narrow if kind == "words" else key


def post(browser: Browser, drawn: DrawnForm, form: MultiDict[str, str], language: str) -> Any:
    form["base"], form["do"], form["csrf_token"] = "0", "preview", browser.token()
    return browser.client.post(drawn.path, data=form, headers={"Accept-Language": language})


def said(page: str) -> tuple[list[tuple[str, str]], list[str]]:
    """Return what a page says beside each question, and each point of its summary."""
    beside = [(key, html.unescape(text)) for key, text in BESIDE.findall(page)]
    summary = SUMMARY.search(page)
    assert summary is not None
    return beside, [html.unescape(TAG.sub("", each)) for each in POINTS.findall(summary[1])]


def check(office: Panel, browser: Browser, drawn: DrawnForm, pick: random.Random) -> None:
    form, expected = drawn.draw(pick, in_force())
    mistakes = found(office, drawn, form)
    assert sorted(((each.place, each.code) for each in mistakes), key=repr) == expected, form

    language = pick.choice(LANGUAGES)
    answer = post(browser, drawn, form, language)

    assert answer.status_code == 400, (answer.status_code, form)
    told: dict[str, list[str]] = {}
    for each in mistakes:
        told.setdefault(question(drawn, form, each), []).append(each.sentence(language))
    beside, points = said(answer.text)
    assert sorted(beside) == sorted((key, " ".join(every)) for key, every in told.items()), form
    assert len(points) == len(told), points
    for sentences in told.values():
        assert len(set(sentences)) == len(sentences), sentences
        assert any(point.endswith(f": {' '.join(sentences)}") for point in points), points


def test_many_mistakes_can_be_made_in_forms() -> None:
    assert len(EVERY) == 13
    assert sum(len(each.slips) for each in EVERY) > 240
    codes = {slip.code for each in EVERY for slip in each.slips}
    assert len(codes) > 25
    assert codes > {"tls_folder", "no_certificate", "no_names", "no_device"}, "the keeper's, too"


@pytest.mark.parametrize("part", [0, 1, 2, 3, *(deep(part) for part in range(4, 200))])
def test_each_mistake_of_a_drawn_form_is_told_once_beside_its_question(
    office: Panel, browser: Browser, part: int
) -> None:
    pick = random.Random(part)
    for number in range(IN_ONE_GO):
        check(office, browser, EVERY[(part * IN_ONE_GO + number) % len(EVERY)], pick)
