"""Each refusal as people read it: the panel's page, its JSON, the command line's line."""

import html
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from appliance.commands import main as entrance
from appliance.commands.helpers.refusals import exit_code, told
from appliance.errors import LinkError, Refused
from appliance.language import LANGUAGES, translated
from appliance.link.client import Client
from appliance.link.operations import WithoutRole
from appliance.link.registry import operations
from appliance.model.sentences.faults import FAULTS
from appliance.model.sentences.lacking import LACKING
from appliance.model.sentences.refusals import REFUSALS
from appliance.model.sentences.refusals_by_subject.refusal import Level, Refusal
from web.app import create_app
from web.errors import STATUS

LED_ON = {code for code, said in REFUSALS.items() if said.level is Level.LOGIN} | {
    "choose_password"
}
"""Codes that lead a browser to the login, the first run or the page of a new password."""

STRANGERS = {
    *("BurnBoardKey", "EnterBySheet", "EnterCode", "FirstRun", "GetBoard", "GetBoxState"),
    *("GetPanelPart", "GetRestore", "LogIn", "RestoreBackup", "TakeUp", "WatchPanelPart"),
}
"""What anybody may ask for; a refusal of any of these is read by strangers."""

DEVICE = "ERROR 7 <b>of a device</b>"
NAMES = re.compile(r"%\((\w+)\)s")


class Keeper:
    """A keeper whose every answer is the same refusal."""

    refusal = Refused("failed")

    def call(self, *_: object) -> object:
        raise self.refusal

    call_with_bytes = call


@pytest.fixture(scope="module")
def keeper() -> Keeper:
    return Keeper()


@pytest.fixture(scope="module")
def panel(keeper: Keeper) -> FlaskClient:
    client: Any = keeper
    made: Client = client
    return create_app(made).test_client()


def refused(code: str) -> Refused:
    """Return a refusal with a value for each place holder."""
    said = REFUSALS[code]
    values: dict[str, Any] = dict.fromkeys(NAMES.findall(said.sentence), 7)
    if said.quotes:
        values[said.quotes] = DEVICE
    return Refused(code, seconds=values.pop("seconds", 0), **values)


def sentence(said: Refusal, language: str) -> str:
    return NAMES.sub("7", translated(said.sentence, language))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", [code for code in REFUSALS if code not in LED_ON])
def test_its_page_has_status_heading_and_sentence(
    keeper: Keeper, panel: FlaskClient, code: str, language: str
) -> None:
    keeper.refusal, said = refused(code), REFUSALS[code]
    answer = panel.get("/", headers={"Accept-Language": language})
    page = html.unescape(answer.text)
    assert answer.status_code == STATUS[said.level]
    assert f"<h1>{translated(said.heading, language)}</h1>" in page
    assert f'<p class="lead">{sentence(said, language)}</p>' in page
    if language != "en":
        assert said.heading == translated(said.heading, language) or said.heading not in page
        assert sentence(said, "en") not in page
    main = page.partition("<main")[2].partition("</main>")[0]
    assert re.findall(r'<(\w+) lang="en">', main) == (["p"] if said.quotes else [])
    assert ("of a device" in page) is bool(said.quotes)
    assert "<b>of" not in answer.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", REFUSALS)
def test_its_json_has_code_and_sentence(
    keeper: Keeper, panel: FlaskClient, code: str, language: str
) -> None:
    keeper.refusal, said = refused(code), REFUSALS[code]
    answer = panel.get("/lines.json", headers={"Accept-Language": language})
    assert answer.status_code == STATUS[said.level]
    assert answer.json == {"code": code, "message": sentence(said, language)}


CARRIED = [
    *(("line_failed", "fault", code) for code, said in FAULTS.items()),
    *(("announcement_unusable", "lacks", code) for code, said in LACKING.items()),
]
"""What a refusal carries beside its own sentence."""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("code", "name", "carried"), CARRIED)
def test_words_of_the_outside_are_marked_in_the_sentence_and_no_others(
    keeper: Keeper, panel: FlaskClient, code: str, name: str, carried: str, language: str
) -> None:
    said = (FAULTS if name == "fault" else LACKING)[carried]
    values = {each: DEVICE if each == "detail" else "7" for each in NAMES.findall(said)}
    keeper.refusal = Refused(code, seconds=0, **{name: carried}, **values)
    headers = {"Accept-Language": language}
    main = panel.get("/", headers=headers).text.partition("<main")[2].partition("</main>")[0]
    foreign = [DEVICE] * said.count("%(detail)s")
    assert list(map(html.unescape, re.findall('<span lang="en">(.*?)</span>', main))) == foreign
    assert main.count('lang="en"') == len(foreign)
    whole = f"{translated(REFUSALS[code].sentence, language)} {translated(said, language) % values}"
    assert re.sub("<[^>]+>", "", main.partition('class="lead">')[2].partition("</p>")[0]) == (
        html.escape(whole, quote=False)
    )
    assert panel.get("/lines.json", headers=headers).json == {"code": code, "message": whole}


@pytest.mark.parametrize("code", sorted(LED_ON))
def test_who_has_to_log_in_first_is_led_there(
    keeper: Keeper, panel: FlaskClient, code: str
) -> None:
    keeper.refusal = refused(code)
    answer = panel.get("/")
    assert answer.status_code == 303
    places = {"not_set_up": "/first-run", "choose_password": "/me"}
    assert (answer.location or "").startswith(places.get(code, "/login"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", REFUSALS)
def test_the_command_line_says_it_in_one_line(
    code: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", {"en": "C"}.get(language, f"{language}_PL.UTF-8"))
    said, refusal = REFUSALS[code], refused(code)
    assert told(refusal) == sentence(said, language) + (f" {DEVICE}" if said.quotes else "")
    assert told(refusal).replace("\u00a0", " ").isprintable()
    assert exit_code(refusal) == (1 if said.level is Level.CHECK else 2)


@pytest.mark.parametrize(("code", "status"), [("held", 2), ("tampered", 1)])
def test_the_command_ends_with_its_sentence(
    code: str, status: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(**_: object) -> None:
        raise Refused(code)

    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setattr(entrance, "zgoda", refuse)
    monkeypatch.setattr(entrance, "print_faults_without_text", lambda: None)
    with pytest.raises(SystemExit) as ended:
        entrance.main()
    assert ended.value.code == status
    assert capsys.readouterr() == ("", f"zgoda: {REFUSALS[code].sentence}\n")


def test_another_failure_is_said_as_it_is() -> None:
    assert told(LinkError("The keeper is not running.")) == "The keeper is not running."


def test_each_level_has_its_status() -> None:
    assert STATUS.keys() == set(Level)


def test_whoever_is_not_logged_in_reaches_few_operations() -> None:
    """Any other is ``not_logged_in`` before it is looked at: a code tells a stranger nothing."""
    reached = {kind.__name__ for kind in operations() if kind.roles is WithoutRole.ANYBODY}
    assert reached == STRANGERS
