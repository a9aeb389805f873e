"""The doctor's page."""

import re
from typing import Any

import pytest
from flask_babel import gettext

from appliance.config.mistakes import mistake
from appliance.keeper.doctor.machine import Machine
from appliance.keeper.handlers.doctor import FRESH_SECONDS
from appliance.link.operations import Operation
from appliance.link.requests.doctor import Examine, Findings
from appliance.model.findings import Finding, find
from appliance.model.sentences.faults import device_fault
from appliance.model.sentences.findings import SENTENCES
from appliance.model.sentences.lacking import lack
from tests.web.conftest import Browser, Panel
from web.pages.doctor import SUBJECTS
from web.words.findings import sentence

WORD = re.compile(r"(?<!%\()\b[A-Za-z]{2,}\b(?!\)s)")
"""Beside the values of a sentence."""

DEAF = find("lines.fault", line="Reception")
MIXED = find("lines.mixed", line="Reception")
HEARD = find("lines.heard", line="Boss")


def page(browser: Browser, language: str = "en") -> str:
    answer = browser.get("/doctor", Accept_Language=language)
    assert answer.status_code == 200
    return answer.text


def section(text: str, subject: str) -> str:
    """Cut one subject's card out of the page."""
    return text.split(f'aria-labelledby="{subject}-title"')[1].split("</section>", maxsplit=1)[0]


def test_every_subject_has_a_name() -> None:
    assert {id.partition(".")[0] for id in SENTENCES} == set(SUBJECTS)


def test_recorder_and_keeper_tell_together(panel: Panel) -> None:
    panel.recorder.found = (HEARD,)
    text = page(panel.log_in())
    assert "The recorder answers." in text
    assert "Boss is heard." in section(text, "lines")
    assert "Both copies of the keyring are there." in section(text, "vault")
    assert "Keys for 12 more recordings" not in text  # that few is a warning
    assert "only 12 more" in section(text, "vault")
    assert "in order" in section(text, "lines")


def test_a_key_that_lets_in_root_stands_on_home_and_in_the_device_check(
    panel: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = "can log in as root over SSH"
    browser = panel.log_in()
    assert said not in browser.get("/", Accept_Language="en").text

    monkeypatch.setattr(Machine, "ssh_key", lambda _: "ssh-ed25519 AAAA anna")
    panel.box.clock.advance(FRESH_SECONDS + 1)
    assert said in browser.get("/", Accept_Language="en").text
    assert said in section(page(browser), "ssh")


def test_the_worst_stands_first(panel: Panel) -> None:
    panel.recorder.found = (HEARD, MIXED, DEAF)
    text = page(panel.log_in())
    assert "1 thing must be fixed." in text
    lines = section(text, "lines")
    assert lines.index("cannot be heard") < lines.index("one signal") < lines.index("Boss")
    first = text.split('<section class="card ')[1]
    assert first.startswith('fail" aria-labelledby="lines-title"')


def test_a_recorder_that_is_away_is_told(panel: Panel, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(operation: Operation[Findings]) -> Findings:
        raise AssertionError(operation)

    browser = panel.log_in()
    panel.box.folders.recorder_socket.unlink()
    text = page(browser)
    assert "The recorder does not answer" in section(text, "processes")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("pl", "Linii Reception nie słychać"),
        ("de", "Die Leitung Reception ist nicht zu hören"),
        ("en", "Reception cannot be heard"),
    ],
)
def test_sentences_are_in_the_readers_language(panel: Panel, language: str, said: str) -> None:
    panel.recorder.found = (DEAF,)
    assert said in page(panel.log_in(), language)


def test_looking_again_leaves_no_trace(panel: Panel) -> None:
    browser = panel.log_in()
    acts = panel.box.acts()
    kept = sorted(path.name for path in panel.box.folders.data.iterdir())
    page(browser)
    page(browser)
    assert panel.box.acts() == acts
    assert sorted(path.name for path in panel.box.folders.data.iterdir()) == kept


def test_what_the_recorder_says_is_no_markup(panel: Panel) -> None:
    panel.recorder.found = (find("serial.plugged", port="/dev/<b>", name="&"),)
    assert "/dev/&lt;b&gt; is plugged in: &amp;." in page(panel.log_in())


@pytest.mark.parametrize("name", ["Lena Listener", "Otto Operator", "Pola Officer"])
def test_only_administrators_see_it(panel: Panel, name: str) -> None:
    browser = panel.log_in(name)
    assert browser.get("/doctor").status_code == 403
    assert 'href="/doctor"' not in browser.get("/").text
    assert 'href="/doctor"' in panel.log_in("Adam Admin").get("/").text


def test_a_box_in_order_says_so(panel: Panel, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = panel.log_in()
    answers: list[tuple[Finding, ...]] = [(find("lines.heard", line="Boss"),), (MIXED,)]
    keeper = panel.app.extensions["keeper"]
    real = keeper.call

    def ask(operation: Operation[Findings], *args: Any) -> object:
        return Findings(answers[0]) if isinstance(operation, Examine) else real(operation, *args)

    monkeypatch.setattr(keeper, "call", ask)
    assert "All is well." in page(browser)
    answers.pop(0)
    assert "1 thing should be looked at." in page(browser)


def test_what_must_be_mended_stands_on_the_first_page_and_in_the_navigation(panel: Panel) -> None:
    panel.recorder.found = (DEAF, MIXED)
    text = panel.log_in("Adam Admin").get("/", Accept_Language="en").text
    assert "1 thing must be fixed." in text
    assert "Reception cannot be heard" in text
    assert '<span class="count"' in text
    others = panel.log_in("Otto Operator").get("/", Accept_Language="en").text
    assert "1 thing must be fixed." in others
    assert "Reception cannot be heard" not in others, "what it is, administrators alone may know"


def test_a_count_is_a_minute_old_at_most(panel: Panel) -> None:
    browser = panel.log_in("Adam Admin")
    panel.recorder.found = ()
    assert "1 thing must be fixed" not in browser.get("/", Accept_Language="en").text
    panel.recorder.found = (DEAF,)
    assert "1 thing must be fixed" not in browser.get("/", Accept_Language="en").text
    panel.box.clock.advance(FRESH_SECONDS)
    assert "1 thing must be fixed." in browser.get("/", Accept_Language="en").text
    panel.recorder.found = ()
    page(browser)  # a look at the doctor renews it at once
    assert "1 thing must be fixed" not in browser.get("/", Accept_Language="en").text


@pytest.mark.parametrize("language", ["pl", "de"])
def test_every_finding_is_translated(panel: Panel, language: str) -> None:
    with panel.app.test_request_context("/", headers={"Accept-Language": language}):
        own = {id for id, said in SENTENCES.items() if gettext(said.english) == said.english}
    # What has only values of its own has no words to translate.
    wordless = {id for id, said in SENTENCES.items() if not WORD.search(said.english)}
    assert own == wordless | {"versions.told"}, "names of programs are the same everywhere"


@pytest.mark.parametrize(
    ("language", "counted"),
    [
        ("en", "things should be looked at."),
        ("pl", "rzeczy warto sprawdzić."),
        ("de", "Sachen sollten Sie ansehen."),
    ],
)
def test_what_should_be_looked_at_is_named_more_quietly(
    panel: Panel, language: str, counted: str
) -> None:
    panel.recorder.found = (MIXED,)
    text = panel.log_in("Adam Admin").get("/", Accept_Language=language).text
    card = text.partition('aria-labelledby="warned-title"')[2].partition("</section>")[0]
    assert counted in card, text
    assert told(panel, MIXED, language) in card
    assert 'href="/doctor"' in card
    assert '<span class="count soft"' in text
    others = panel.log_in("Otto Operator").get("/", Accept_Language=language).text
    assert "warned-title" not in others, "an operator cannot mend it"
    panel.recorder.found = (MIXED, DEAF)
    panel.box.clock.advance(FRESH_SECONDS)
    text = panel.log_in("Adam Admin").get("/", Accept_Language=language).text
    assert text.index("amiss-title") < text.index("warned-title")
    assert '<span class="count"' in text


def told(panel: Panel, finding: Finding, language: str) -> str:
    with panel.app.test_request_context("/", headers={"Accept-Language": language}):
        return str(sentence(finding))


CUT = mistake((), "kept_cut", path="/var/lib/zgoda/settings/zgoda.toml")
NUMBER = mistake(("line", 0, "number"), "number", 16, value='"112"')


@pytest.mark.parametrize(
    ("finding", "pl", "de"),
    [
        (
            find("prompts.missing", lack("words", line="Reception"), line="Reception"),
            "linii Reception",
            "Leitung Reception",
        ),
        (find("configuration.damaged", CUT), "ręcznie", "von Hand"),
        (
            find("configuration.damaged", CUT, mistake((), "kept_alone")),
            "kopii zapasowej",
            "Sicherung",
        ),
        (find("configuration.not_taken", NUMBER), "Wiersz 16", "Zeile 16"),
        (
            find("configuration.copied", CUT, mistake((), "kept_copied")),
            "Obowiązują wszystkie ustawienia",
            "Alle Einstellungen gelten",
        ),
        (
            find("configuration.mistake", mistake((), "toml", 3, column=1), file="zgoda.toml"),
            "TOML",
            "TOML",
        ),
        (find("panel.refused", mistake((), "file_missing", path="/a.pem")), "Brak", "fehlt"),
    ],
)
def test_what_a_finding_quotes_is_in_the_readers_language_too(
    panel: Panel, finding: Finding, pl: str, de: str
) -> None:
    english = finding.text.split()
    for language, said in (("pl", pl), ("de", de)):
        shown = told(panel, finding, language)
        assert said in shown
        assert "lang=" not in shown, "nothing is left in English"
        for word in ("the", "is", "was", "cannot", "write", "nobody"):
            assert word not in shown.lower().split(), english


def test_words_of_a_device_are_marked_as_english_and_no_markup(panel: Panel) -> None:
    quoted = find("disk.broken", path="/d", detail="<b>gone</b>")
    assert '<span lang="en">&lt;b&gt;gone&lt;/b&gt;</span>' in told(panel, quoted, "pl")
    fault = device_fault("sound_system", detail="<b>gone</b>").fault
    broken = told(panel, find("lines.broken", fault, line="<i>R</i>"), "pl")
    assert '<span lang="en">&lt;b&gt;gone&lt;/b&gt;</span>' in broken
    assert "<b>" not in broken
    assert "<i>" not in broken
    damaged = find("configuration.damaged", mistake((), "file_missing", path="/d/<b>.toml"))
    assert "<b>" not in told(panel, damaged, "de")
