"""The page of the updates: which version runs, one asked for, a restart, how each ended."""

import re
from pathlib import Path

import pytest

from appliance.card.update.ask import CardUpdates
from appliance.card.update.install import read_request
from appliance.card.update.story import Story, Update
from appliance.model.release import VERSION
from tests.boxes import PASSWORD
from tests.keeper.desks import updates_of
from tests.web.conftest import Browser, Panel
from web.words.update import OUTCOMES

ADAM = "Adam Admin"


@pytest.fixture
def card(tmp_path: Path, panel: Panel) -> CardUpdates:
    """The folders of a card, in which system A runs."""
    handover = tmp_path / "run"
    handover.mkdir()
    updates = CardUpdates(Story(tmp_path / "kept", tmp_path / "volatile"), "A", handover)
    updates_of(panel.box.keeper).updates = updates
    return updates


def shown(browser: Browser, done: str = "", language: str = "en") -> str:
    return browser.get(f"/update?done={done}", Accept_Language=language).text


def update(outcome: str, version: str = "0.2.0") -> Update:
    return Update(1_795_000_000.0, version, "B", outcome, "boot")


def test_where_there_is_no_card_nothing_is_offered(panel: Panel) -> None:
    adam = panel.log_in(ADAM)
    page = shown(adam)

    assert "Zgoda was installed here as a program." in page
    assert VERSION in page
    assert "Install the update" not in page
    refused = adam.send("/update", password=PASSWORD)
    assert refused.status_code == 409
    assert "update_asked" not in panel.box.acts()


def test_an_update_is_asked_for_with_the_password_and_on_record(
    panel: Panel, card: CardUpdates
) -> None:
    adam = panel.log_in(ADAM)
    assert card.handover is not None
    request = card.handover / "update"

    assert adam.send("/update", password="").status_code == 400
    assert adam.send("/update", password="wrong").status_code == 400
    assert not request.exists()
    assert "update_asked" not in panel.box.acts()
    assert adam.send("/update", password=PASSWORD).status_code == 303
    assert read_request(request) == "install"
    assert panel.box.acts().count("update_asked") == 1
    page = shown(adam, "started")
    assert "You may close this page" in page
    assert "data-again" in page


def test_each_request_is_a_new_one(panel: Panel, card: CardUpdates) -> None:
    """The unit waits for a change of the file."""
    assert card.handover is not None
    request, adam = card.handover / "update", panel.log_in(ADAM)
    adam.send("/update", password=PASSWORD)
    first = request.read_text()
    adam.send("/update", password=PASSWORD)

    assert request.read_text() != first


def test_progress_is_followed_and_a_second_one_has_to_wait(panel: Panel, card: CardUpdates) -> None:
    adam = panel.log_in(ADAM)
    card.story.show(42)
    page = shown(adam)

    assert 'value="42"' in page
    assert "data-again" in page
    for path in ("/update", "/update/restart"):
        refused = adam.send(path, password=PASSWORD)
        assert refused.status_code == 409
    assert card.handover is not None
    assert list(card.handover.iterdir()) == []


def test_a_restart_is_for_an_update_that_waits(panel: Panel, card: CardUpdates) -> None:
    adam = panel.log_in(ADAM)
    assert adam.send("/update/restart", password=PASSWORD).status_code == 409
    card.story.append(update("waits"))
    card.story.append(update("signature"))  # which has changed nothing
    page = shown(adam)

    assert "Restart the device" in page
    assert "its recording ends there" in page
    assert adam.send("/update/restart", password="wrong").status_code == 400
    assert adam.send("/update/restart", password=PASSWORD).status_code == 303
    assert card.handover is not None
    assert read_request(card.handover / "update") == "restart"
    assert panel.box.acts().count("restart_asked") == 1
    assert "data-again" not in shown(adam, "restarts")


@pytest.mark.parametrize("language", ["pl", "en", "de"])
def test_each_outcome_is_told_in_a_sentence_of_its_own(
    panel: Panel, card: CardUpdates, language: str
) -> None:
    adam = panel.log_in(ADAM)
    for outcome in OUTCOMES:
        card.story.append(update(outcome))
    said = re.findall(r"<li><time.*?</time> · 0\.2\.0 · (.*?)</li>", shown(adam, "", language))

    assert len(set(said)) == len(OUTCOMES)


def test_a_list_that_cannot_be_read_breaks_nothing(panel: Panel, card: CardUpdates) -> None:
    card.story.append(update("runs"))
    (kept,) = [path for path in card.story._file.parent.iterdir()]
    kept.write_text('[{"at": "<script>"}]')
    page = shown(panel.log_in(ADAM))

    assert "Install the update" in page
    assert "<script>" not in page.split("</head>")[1]


def test_where_root_cannot_be_asked_it_is_said_and_on_record(
    panel: Panel, card: CardUpdates
) -> None:
    assert card.handover is not None
    card.handover.rmdir()
    refused = panel.log_in(ADAM).send("/update", password=PASSWORD)

    assert refused.status_code == 409
    assert "so nothing was changed." in refused.text
    assert panel.box.acts()[-2:] == ["update_asked", "failed"]
