"""Whatever is wrong with any setting, its form says what to do, in the reader's language."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask_babel import force_locale

from appliance import toml
from appliance.config.declare import Who
from appliance.config.mistakes import Mistake
from appliance.config.read import trial_text
from appliance.config.settings import LISTS
from tests.config.wrong import BASES, Wrong, mistakes_of, settings, wrong_values
from tests.web.conftest import Panel
from web.settings import answers
from web.settings.fields import SECTIONS, Section
from web.words import settings as words

TYPED = frozenset({"text", "long", "lines", "number", "day", "one", "explained"})
"""Forms whose answer is typed, or sent, as it stands in the settings."""

LANGUAGES = ("en", "pl", "de")


def section_of(table: str, key: str) -> Section | None:
    """Return the form that asks for a setting."""
    found = (each for each in SECTIONS.values() if each.table == table)
    return next((each for each in found if key in {field.key for field in each.fields}), None)


def answered(wrong: Wrong, section: Section) -> dict[str, Any] | None:
    """Return the settings with a wrong answer; None if no form can send it."""
    values: dict[str, Any] = toml.loads(trial_text())
    values["purpose"][0]["basis"] = BASES.get(wrong.setting.key, "consent")
    values["front"] = {"red": 24}
    item = 0 if section.table in LISTS else None
    form, key = answers.shown(values, section, item), wrong.setting.key
    kind = wrong.setting.kind.form
    if kind in TYPED and isinstance(wrong.value, str | int) and wrong.value is not True:
        if isinstance(wrong.value, int) and abs(wrong.value) > 10**9:
            return None
        form[key] = str(wrong.value)
    elif kind == "words" and wrong.below and isinstance(wrong.value[wrong.below[0]], str):
        for language, text in wrong.value.items():
            form[f"{key}-{language}"] = text
    elif kind == "parts" and wrong.below:
        form[f"{key}-driver"] = wrong.value["driver"]
    elif kind in {"order", "several"} and wrong.value == ["xx !"]:
        form[key if kind == "several" else f"{key}-0"] = "xx !"
    elif kind == "keys" and wrong.below:
        form["key-0"] = str(wrong.below[0]) if wrong.code == "key" else "7"
    else:
        return None
    return answers.drafted(values, section, item, form)


def beside() -> Iterator[tuple[Wrong, Section, list[Mistake]]]:
    """Yield each wrong answer that a form can send, and the mistakes beside its field."""
    for wrong in wrong_values():
        section = section_of(wrong.table, wrong.setting.key)
        values = answered(wrong, section) if section is not None else None
        if section is not None and values is not None:
            item = 0 if section.table in LISTS else None
            form = answers.shown(values, section, item)
            own, _ = answers.beside(mistakes_of(values), section, item, form)
            field = next(each for each in section.fields if each.key == wrong.setting.key)
            keys = [field.key, *(key for key, _ in answers.narrower(field, form))]
            yield wrong, section, [each for key in keys for each in own.get(key, [])]


def test_each_wrong_answer_is_told_beside_its_field_in_three_languages(panel: Panel) -> None:
    seen, tried = set(), 0
    for wrong, section, found in beside():
        if not found:  # an empty answer, or what is a list once a form has sent it
            assert wrong.value == "" or wrong.code == "list", str(wrong)
            continue
        tried += 1
        seen.add((section.table, wrong.setting.key))
        for language in LANGUAGES:
            with panel.app.test_request_context(), force_locale(language):
                told = words.mistake(found[0])
            assert told == found[0].sentence(language)
            assert language == "en" or told != found[0].sentence("en"), str(wrong)
        if limits := wrong.setting.kind.limits:
            assert found[0].values["low"] == str(limits[0])
    never_wrong = {("line", "purposes"), ("panel", "trusted")}  # boxes to tick
    never_wrong |= {("office", "public_body"), ("purpose", "health"), ("stamp", "qualified")}
    asked = {(each.table, field.key) for each in SECTIONS.values() for field in each.fields}
    assert asked - seen == never_wrong
    assert tried > 190


def test_what_no_form_asks_is_the_files_or_the_keepers() -> None:
    left = {
        (table, each.key)
        for table, each in settings()
        if section_of(table, each.key) is None
        and each.who is not Who.FILE
        and each.kind.form != "table"
    }
    assert left == {("", "fresh")}


def test_a_form_says_the_limits_that_the_check_has(panel: Panel) -> None:
    for table, each in settings():
        section = section_of(table, each.key)
        if each.kind.limits is None or section is None:
            continue
        low, high = each.kind.limits
        field = next(field for field in section.fields if field.key == each.key)
        for language, said in (("en", "left empty"), ("pl", "puste pole"), ("de", "leer")):
            with panel.app.test_request_context(), force_locale(language):
                hint = str(field.hint)
            assert f" {high}" in hint
            assert str(low) in hint
            assert str(each.default) in hint
            assert said in hint


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_too_high_is_refused_by_the_page(panel: Panel, language: str) -> None:
    browser = panel.log_in()
    browser.client.set_cookie("language", language)
    for table, each in settings():
        section = section_of(table, each.key)
        if each.kind.limits is None or section is None:
            continue
        low, high = each.kind.limits
        item = 0 if section.table in LISTS else None
        form = answers.shown(toml.loads(trial_text()), section, item)
        typed = {each.key: str(high + 1), "do": "preview", "base": "0", "fitted": "yes"}
        for key, value in (*typed.items(), ("csrf_token", browser.token())):
            form[key] = value
        path = f"/settings/{section.name}" + ("" if item is None else f"/{item}")
        answer = browser.client.post(path, data=form)
        assert answer.status_code == 400
        said = Mistake((), "range", {"low": str(low), "high": str(high)}).sentence(language)
        assert said in answer.text


@pytest.mark.parametrize("written", [{"health": False}, {"special": []}, {"care_reason": ""}])
def test_an_empty_answer_that_is_written_stays_when_its_form_is_saved(
    written: dict[str, Any],
) -> None:
    values: dict[str, Any] = toml.loads(trial_text())
    values["purpose"][0] |= written
    section = section_of("purpose", "health")
    assert section is not None
    form = answers.shown(values, section, 0)
    saved = answers.drafted(values, section, 0, form)["purpose"][0]
    assert {key: saved.get(key, "gone") for key in written} == written
    assert "health" not in answers.drafted(values, section, 1, answers.shown(values, section, 1))
