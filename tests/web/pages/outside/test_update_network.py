"""The page about updates from the network: an address, a look, a fetch, an installation."""

import re
from pathlib import Path

import pytest

from appliance.card.update.install import read_request
from appliance.card.update.story import Update
from appliance.model.outside.update import TROUBLES
from tests.boxes import PASSWORD
from tests.keeper.desks import updates_of
from tests.keeper.update.fetched import ADDRESS, BUNDLE, NEWER, Fetched, as_card, described
from tests.web.conftest import Browser, Panel
from web.words import update

ADAM = "Adam Admin"


@pytest.fixture
def one(tmp_path: Path, panel: Panel) -> Fetched:
    """A card, in which system A runs; this test is its courier."""
    return Fetched(panel.box, as_card(panel.box, tmp_path / "card"))


@pytest.fixture
def adam(panel: Panel, one: Fetched) -> Browser:
    return panel.log_in(ADAM)


def shown(browser: Browser, done: str = "", language: str = "en") -> str:
    return browser.get(f"/update/network?done={done}", Accept_Language=language).text


def set_up(adam: Browser, one: Fetched) -> None:
    assert adam.send("/update/network", address=ADDRESS, password=PASSWORD).status_code == 303
    one.look()


def test_it_is_off_until_somebody_sets_an_address(adam: Browser, one: Fetched) -> None:
    page = shown(adam)
    assert "Set it up" in page
    assert "Look now" not in page
    assert "does not look for updates" in adam.get("/update").text
    assert not one.take().wanted


def test_where_there_is_no_card_nothing_is_offered(panel: Panel) -> None:
    adam = panel.log_in(ADAM)
    assert "Zgoda was installed here as a program." in shown(adam)
    assert "From the network" not in adam.get("/update").text
    for path in ("network", "network/look", "network/fetch", "network/stop", "network/install"):
        answer = adam.send(f"/update/{path}", address=ADDRESS, version=NEWER, password=PASSWORD)
        assert answer.status_code == 409
    assert not [act for act in panel.box.acts() if act == "update_address"]


@pytest.mark.parametrize(
    "address", ["http://a.example/x.json", "https://ewa@a.example/x", "updates", "javascript:1"]
)
def test_what_is_no_address_is_said_at_its_field(adam: Browser, one: Fetched, address: str) -> None:
    refused = adam.send("/update/network", address=address, password=PASSWORD)
    assert refused.status_code == 400
    assert 'id="address-mistake"' in refused.text
    assert f'value="{address}"' in refused.text
    assert one.fetches.row.address == ""


def test_setting_an_address_takes_the_password(adam: Browser, one: Fetched) -> None:
    for password in ("", "wrong"):
        refused = adam.send("/update/network", address=ADDRESS, password=password)
        assert refused.status_code == 400
        assert 'id="password-address-mistake"' in refused.text
    assert one.fetches.row.address == ""
    set_up(adam, one)
    assert f'value="{ADDRESS}"' in shown(adam)


def test_the_whole_way_from_an_address_to_the_request(adam: Browser, one: Fetched) -> None:
    set_up(adam, one)
    page = shown(adam)
    assert f"Fetch version {NEWER}" in page
    assert "2026-11-27" in page
    assert "data-again" not in page
    assert f"Version {NEWER} is there." in adam.get("/update").text
    assert adam.send("/update/network/fetch", version=NEWER, password="").status_code == 400
    assert adam.send("/update/network/fetch", version=NEWER, password="no").status_code == 400
    assert one.take().address == "", "it is fetched only when somebody asks"
    assert adam.send("/update/network/fetch", version=NEWER, password=PASSWORD).status_code == 303
    page = shown(adam, "fetches")
    assert "You may close this page" in page
    assert "data-again" in page
    errand = one.take()
    one.bring(errand, upto=700_000)
    page = shown(adam)
    assert re.search(rf'<progress max="{len(BUNDLE)}" value="700000"', page)
    assert "password-address" not in page, "an open page that follows it would lose what is typed"
    one.tell(errand, "closed")
    one.fetch()
    page = shown(adam)
    assert f"Install version {NEWER}" in page
    assert "was fetched and can be installed" in adam.get("/update").text

    assert adam.send("/update/network/install", password="no").status_code == 400
    answer = adam.send("/update/network/install", password=PASSWORD)
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/update?done=started"
    assert one.updates.handover is not None
    assert read_request(one.updates.handover / "update") == "fetched"
    assert one.acts()[-1] == ("fetched_update_asked", None)
    assert "data-again" in adam.get("/update").text


def test_nothing_is_installed_that_was_not_fetched_whole(adam: Browser, one: Fetched) -> None:
    set_up(adam, one)
    assert adam.send("/update/network/install", password=PASSWORD).status_code == 409
    one.ask_fetch()
    errand = one.take()
    one.bring(errand)
    one.tell(errand)
    assert "compared with its description" in shown(adam)
    assert adam.send("/update/network/install", password=PASSWORD).status_code == 409
    assert one.updates.handover is not None
    assert list(one.updates.handover.iterdir()) == []


def test_while_one_is_installed_no_other_is(adam: Browser, one: Fetched) -> None:
    one.set_up()
    one.fetch()
    one.updates.story.show(3)
    assert "Install version" not in shown(adam)
    assert adam.send("/update/network/install", password=PASSWORD).status_code == 409


def tidy(one: Fetched) -> None:
    """Tidy up, and wait for the look at the file, beside which nothing is tidied."""
    updates_of(one.box.keeper).tidy()
    if (looking := updates_of(one.box.keeper)._checking) is not None:
        looking.join()


@pytest.mark.parametrize(
    ("outcome", "stays"),
    [("waits", False), ("signature", False), ("damaged", False), ("cut", True), ("failed", True)],
)
def test_how_it_ended_decides_whether_the_file_stays(
    adam: Browser, one: Fetched, outcome: str, stays: bool
) -> None:
    one.set_up()
    one.fetch()
    adam.send("/update/network/install", password=PASSWORD)
    tidy(one)
    assert one.state().ready == NEWER, "it has not begun yet"
    version = NEWER if outcome == "waits" else ""
    one.updates.story.append(Update(2.0, version, "B", outcome, "boot"))
    tidy(one)
    assert (one.state().ready == NEWER) is stays


def test_a_look_is_asked_for_and_a_fetch_is_stopped(adam: Browser, one: Fetched) -> None:
    set_up(adam, one)
    assert adam.send("/update/network/look").status_code == 303
    assert "looks within a minute" in shown(adam, "looks")
    one.look()
    one.ask_fetch()
    errand = one.take()
    one.bring(errand, upto=1000)
    assert adam.send("/update/network/stop").status_code == 303
    assert "what had come was removed" in shown(adam, "stopped")
    assert list(one.folder.iterdir()) == []


def test_a_version_that_is_no_longer_offered_is_not_fetched(adam: Browser, one: Fetched) -> None:
    set_up(adam, one)
    answer = adam.send("/update/network/fetch", version="0.8.0", password=PASSWORD)
    assert answer.status_code == 409
    assert "Look at the page again." in answer.text


def test_switched_off_it_says_so(adam: Browser, one: Fetched) -> None:
    set_up(adam, one)
    adam.send("/update/network", address="", password=PASSWORD)
    assert "looks for updates no more" in shown(adam, "off")
    assert not one.take().wanted


@pytest.mark.parametrize("language", ["pl", "en", "de"])
def test_each_trouble_is_told_in_a_sentence_of_its_own(
    adam: Browser, one: Fetched, language: str
) -> None:
    set_up(adam, one)
    said = set()
    for code in TROUBLES:
        one.ask_look()
        one.look(code=code)
        page = shown(adam, "", language)
        (told,) = re.findall(r'<p class="notice bad" role="alert">(.*?)</p>', page)
        said.add(told)
    assert len(said) == len(TROUBLES)


def test_since_when_the_box_could_not_look_is_said(adam: Browser, one: Fetched) -> None:
    one.change()
    one.look(code="certificate")
    assert "could not look for updates yet" in shown(adam)
    one.ask_look()
    one.look()
    one.ask_look()
    one.look(code="late")
    assert re.search(r"could not look for updates since [^.]*2026", shown(adam))


def test_every_code_has_its_sentence() -> None:
    assert update.TROUBLES.keys() == {*TROUBLES}
    assert update.trouble("") == ""


def test_a_hostile_description_is_shown_as_words(adam: Browser, one: Fetched) -> None:
    """The courier may be taken over: what it says is checked by its form, and escaped."""
    one.change()
    one.look(described(version="9.9.9-rc.1"))
    page = shown(adam)
    assert "9.9.9-rc.1" in page
    assert "<script>alert" not in page
