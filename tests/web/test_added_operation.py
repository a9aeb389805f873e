"""Add an operation as anyone would: its struct, its handler, its page, nothing else."""

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Blueprint, render_template_string

from appliance.errors import Refused
from appliance.keeper.handlers.me import Mine
from appliance.keeper.people.sessions import Caller
from appliance.link import requests
from appliance.link.handlers import handles
from appliance.link.operations import Done, Operation, Role
from appliance.link.registry import operations
from appliance.link.requests.people import AddPerson
from tests.boxes import PASSWORD
from tests.keeper.boxes import KeeperBox
from tests.model.refusals import refuses
from tests.web.conftest import Panel, serve, set_up_box
from web import access

STRUCTS = '''
"""Umbrellas."""

from appliance.link.operations import WithoutRole, Done, Operation, Role


class LendUmbrella(Operation[Done], frozen=True, tag="umbrellas.lend"):
    """Lend one; it is on the record before it leaves the box."""

    roles = frozenset({Role.OPERATOR})
    audit = "umbrella_lent"


class AskWeather(Operation[Done], frozen=True, tag="umbrellas.weather"):
    """Ask whether it rains; a page asks by itself, even before a password is chosen."""

    roles = WithoutRole.LOGGED_IN
    before_own_password = True
    keeps_awake = False


class OpenUmbrella(Operation[Done], frozen=True, tag="umbrellas.open"):
    """Open one; the recorder does it."""

    roles = frozenset({Role.OPERATOR})
    served_by = "recorder"
'''

LINK = "{% if may(operations.LendUmbrella) %}lend one{% endif %}"


@pytest.fixture(scope="module")
def declared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The module of the structs, where all others are."""
    folder = tmp_path_factory.mktemp("requests")
    (folder / "umbrellas.py").write_text(STRUCTS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(requests, "__path__", [*requests.__path__, str(folder)])
        operations.cache_clear()
        yield importlib.import_module(f"{requests.__name__}.umbrellas")
    operations.cache_clear()


@pytest.fixture
def lent(declared: Any, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The audit's acts at each lending of an umbrella."""
    said: list[list[str]] = []

    @handles(declared.LendUmbrella)
    def lend(self: Mine, operation: Operation[Done], who: Caller) -> Done:
        said.append([entry.type for entry in self._box.opened().audit.entries()])
        if len(said) > 1:
            raise Refused("busy")
        return Done()

    @handles(declared.AskWeather)
    def weather(self: Mine, operation: Operation[Done], who: Caller) -> Done:
        return Done()

    monkeypatch.setattr(Mine, "lend_umbrella", lend, raising=False)
    monkeypatch.setattr(Mine, "ask_weather", weather, raising=False)
    return said


@pytest.fixture
def box(lent: list[list[str]], tmp_path: Path) -> KeeperBox:
    return set_up_box(tmp_path)


@pytest.fixture
def panel(box: KeeperBox, declared: Any) -> Iterator[Panel]:
    """A panel with a page about umbrellas."""
    page = Blueprint("umbrellas", __name__)

    @page.get("/umbrellas")
    def show() -> str:
        access.logged_in()
        return render_template_string(LINK)

    @page.post("/umbrellas")
    def lend() -> str:
        access.need(declared.LendUmbrella)
        access.ask(declared.LendUmbrella())
        return "lent"

    @page.get("/weather")
    def weather() -> str:
        access.need(declared.AskWeather)
        access.ask(declared.AskWeather())
        return "rain"

    for panel in serve(box):
        panel.app.register_blueprint(page)
        yield panel


def test_it_is_on_the_record_before_the_handler_begins(
    box: KeeperBox, declared: Any, lent: list[list[str]]
) -> None:
    token = box.log_in("Otto Operator")
    assert box.ask(declared.LendUmbrella(), token) == Done()
    assert lent[0][-1] == "umbrella_lent"
    with refuses("busy"):
        box.ask(declared.LendUmbrella(), token)
    assert box.acts()[-3:] == ["umbrella_lent", "umbrella_lent", "failed"]


def test_it_asks_for_its_role(box: KeeperBox, declared: Any, lent: list[list[str]]) -> None:
    with refuses("forbidden"):
        box.ask(declared.LendUmbrella(), box.log_in("Lena Listener"))
    assert box.acts()[-1] == "denied"
    assert not lent


def test_a_one_time_password_is_good_for_it_where_it_says_so(box: KeeperBox, declared: Any) -> None:
    made = box.ask(AddPerson("Jan Nowy", (Role.OPERATOR,), PASSWORD), box.log_in())
    token = box.log_in("Jan Nowy", made.password)
    assert box.ask(declared.AskWeather(), token) == Done()
    with pytest.raises(Refused) as refusal:
        box.ask(declared.LendUmbrella(), token)
    assert refusal.value.code == "choose_password"


@pytest.mark.parametrize(("name", "awake"), [("LendUmbrella", True), ("AskWeather", False)])
def test_it_keeps_a_session_awake_unless_it_says_otherwise(
    box: KeeperBox, declared: Any, lent: list[list[str]], name: str, *, awake: bool
) -> None:
    token, idle = box.log_in("Otto Operator"), box.keeper._box.sessions.idle_seconds
    box.clock.advance(idle - 1)
    box.ask(getattr(declared, name)(), token)
    box.clock.advance(2)
    again = declared.AskWeather()
    if awake:
        assert box.ask(again, token) == Done()
    else:
        with pytest.raises(Refused) as refusal:
            box.ask(again, token)
        assert refusal.value.code == "not_logged_in"


def test_what_the_recorder_serves_is_passed_on(panel: Panel, declared: Any) -> None:
    token = panel.box.log_in("Otto Operator")
    assert panel.box.ask(declared.OpenUmbrella(), token) == Done()
    assert panel.recorder.asked == [declared.OpenUmbrella()]
    with refuses("forbidden"):
        panel.box.ask(declared.OpenUmbrella(), panel.box.log_in("Lena Listener"))
    assert panel.recorder.asked == [declared.OpenUmbrella()]


def test_the_panel_offers_it_to_those_who_may(panel: Panel, lent: list[list[str]]) -> None:
    operator, listener = panel.log_in("Otto Operator"), panel.log_in("Lena Listener")
    assert operator.get("/umbrellas").text == "lend one"
    assert listener.get("/umbrellas").text == ""
    assert operator.send("/umbrellas").text == "lent"
    assert listener.send("/umbrellas").status_code == 403
    assert len(lent) == 1
    assert panel.box.acts().count("umbrella_lent") == 1


def test_the_panel_lets_a_one_time_password_take_what_it_is_good_for(panel: Panel) -> None:
    box = panel.box
    made = box.ask(AddPerson("Jan Nowy", (Role.OPERATOR,), PASSWORD), box.log_in())
    browser = panel.browser()
    assert (
        browser.send("/login", name="Jan Nowy", password=made.password).status_code == 200
    )  # their own one is asked for there
    assert browser.get("/weather").text == "rain"
    assert browser.send("/umbrellas").headers["Location"] == "/me"
