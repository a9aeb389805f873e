"""The page on which a board is given a key of its own, before there is a vault."""

from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from appliance.card.board.ask import Board
from appliance.card.board.burn import REQUEST
from appliance.card.board.note import KeyNote, KeyRequest
from appliance.card.update.install import read_request
from appliance.link.requests.first_run import FOR_EVER
from tests.chips import new_chip, plug_in
from tests.keeper.backup.copies import point_to
from tests.keeper.boxes import make_keeper, seed_of, undecided
from tests.keeper.desks import first_runs_of
from tests.web.conftest import Browser, Panel, serve
from tests.web.pages.test_login import owner_form
from web.words.board import CHIPS, OUTCOMES

PATH = "/first-run/board"


@pytest.fixture
def fresh_panel(tmp_path: Path) -> Iterator[Panel]:
    """A panel of a device that is not set up and whose line may become a real one."""
    yield from serve(make_keeper(tmp_path / "data", seed=undecided()))


@pytest.fixture
def board(tmp_path: Path, fresh_panel: Panel) -> Board:
    """A board with a place for a key, and nothing in it."""
    folder = tmp_path / "card"
    folder.mkdir()
    made = Board(folder / "found", KeyNote(folder / "note"), folder, folder / "chip")
    first_runs_of(fresh_panel.box.keeper).board = made
    find(made, "blank")
    return made


def find(board: Board, word: str) -> None:
    board.told.write_text(f"{word}\n")


def asked_for(board: Board) -> bool:
    assert board.handover is not None
    return (board.handover / "board-key").exists()


def shown(browser: Browser, path: str = PATH, language: str = "en") -> str:
    return browser.get(path, Accept_Language=language).text


@pytest.mark.parametrize("language", ["en", "pl", "de"])
def test_the_words_of_the_pages_language_burn_the_key(
    fresh_panel: Panel, board: Board, language: str
) -> None:
    browser = fresh_panel.browser()
    page = shown(browser, language=language)
    assert FOR_EVER[language] in page

    code = fresh_panel.box.code()
    sent = browser.send(PATH, code=code, word=FOR_EVER[language].lower())
    assert sent.status_code == 303
    assert board.handover is not None
    assert read_request(board.handover / "board-key", REQUEST) == "burn"
    followed = shown(browser, language=language)
    assert "data-again" in followed
    assert FOR_EVER[language] not in followed


def test_it_says_what_it_gives_and_what_it_costs(fresh_panel: Panel, board: Board) -> None:
    page = shown(fresh_panel.browser())
    for said in (
        "A memory card alone opens nothing",
        "Sizes, counts and times",
        "Nobody can change or remove it",
        "works with this board only",
        "with a system of their own",
    ):
        assert said in page


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"code": ""}, "Type the one-time password."),
        ({"code": "AAAAA-BBBBB-CCCCC-DDDDD"}, "The one-time password is wrong."),
        ({"word": ""}, "Type the words that stand there."),
        ({"word": "yes"}, "Type the words that stand there."),
    ],
)
def test_without_password_and_words_nothing_is_burnt(
    fresh_panel: Panel, board: Board, changes: dict[str, str], told: str
) -> None:
    form = {"code": fresh_panel.box.code(), "word": "FOR EVER"} | changes
    sent = fresh_panel.browser().send(PATH, **form)
    assert sent.status_code == 400
    assert told in sent.text
    assert not asked_for(board)


@pytest.mark.parametrize("word", ["none", "foreign", "whole"])
def test_a_board_that_is_not_blank_has_no_form(fresh_panel: Panel, board: Board, word: str) -> None:
    find(board, word)
    browser = fresh_panel.browser()
    assert f'action="{PATH}"' not in shown(browser)
    sent = browser.send(PATH, code=fresh_panel.box.code(), word="FOR EVER")
    assert sent.status_code == 409
    assert not asked_for(board)


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_how_an_attempt_ended_is_told(fresh_panel: Panel, board: Board, outcome: str) -> None:
    board.note.write(KeyRequest(1_795_000_000.0, outcome))
    assert str(OUTCOMES[outcome]) in shown(fresh_panel.browser())


def test_a_part_of_a_key_is_finished_and_a_whole_one_ends_it(
    fresh_panel: Panel, board: Board
) -> None:
    browser = fresh_panel.browser()
    find(board, "part")
    assert "What is missing is added." in shown(browser)
    find(board, "whole")
    page = shown(browser)
    assert "It cannot be changed or removed." in page
    assert "Go on with the first run" in page


def test_the_first_page_offers_it_only_where_there_is_a_place(
    fresh_panel: Panel, board: Board
) -> None:
    browser = fresh_panel.browser()
    assert f'href="{PATH}"' in shown(browser, "/first-run")
    find(board, "none")
    assert f'href="{PATH}"' not in shown(browser, "/first-run")


def test_level_e0_has_to_be_accepted_in_a_sentence(fresh_panel: Panel) -> None:
    browser = fresh_panel.browser()
    assert "The main key is on the memory card (protection level E0)." in shown(
        browser, "/first-run"
    )
    refused = browser.send("/first-run", **owner_form(fresh_panel, plain=""))
    assert refused.status_code == 400
    assert "Tick this" in refused.text
    assert fresh_panel.box.keeper.box is None
    assert browser.send("/first-run", **owner_form(fresh_panel)).status_code == 200


@pytest.mark.parametrize("language", ["en", "pl", "de"])
def test_a_trial_is_told_quietly_and_accepts_no_thief(tmp_path: Path, language: str) -> None:
    for panel in serve(make_keeper(tmp_path / "data")):
        browser = panel.browser()
        page = shown(browser, "/first-run", language)
        said = {"en": "This is a trial", "pl": "To wersja próbna", "de": "ein Probebetrieb"}
        assert page.count(said[language]) == 1
        assert 'name="plain"' not in page
        assert 'id="plain-hint"' not in page
        assert browser.send("/first-run", **owner_form(panel, plain="")).status_code == 200


def test_a_box_that_is_set_up_leads_away(panel: Panel) -> None:
    assert panel.browser().get(PATH).status_code == 303
    assert panel.browser().send(PATH, code="x", word="FOR EVER").status_code == 303


def test_a_box_with_a_chip_says_what_hangs_on_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chip = new_chip(tmp_path / "eeprom")
    plug_in(monkeypatch, chip)
    seed = seed_of(f'eraser = "eeprom"\neeprom = "{chip.path}"')
    for panel in serve(make_keeper(tmp_path / "data", seed=seed)):
        browser = panel.browser()
        page = shown(browser, "/first-run")
        assert "Without this very chip nothing opens at all" in page
        assert 'name="plain"' not in page
        assert browser.send("/first-run", **owner_form(panel, plain="")).status_code == 200


@pytest.mark.parametrize("path", ["/first-run", "/first-run/restore"])
@pytest.mark.parametrize("word", CHIPS)
def test_a_chip_that_somebody_has_to_know_of_is_told(
    fresh_panel: Panel, board: Board, path: str, word: str, tmp_path: Path
) -> None:
    board.chip_told.write_text(word)
    point_to(fresh_panel.box, tmp_path)
    assert str(CHIPS[word]) in unescape(shown(fresh_panel.browser(), path))
    board.chip_told.write_text("taken")
    assert "chip of the clock module" not in shown(fresh_panel.browser(), path)


def test_another_vaults_key_goes_with_the_new_vault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chip = new_chip(tmp_path / "eeprom")
    old = [chip.eraser().prepare(generation) for generation in (7, 8)]
    plug_in(monkeypatch, chip)
    seed = seed_of(f'eraser = "eeprom"\neeprom = "{chip.path}"')
    for panel in serve(make_keeper(tmp_path / "data", seed=seed)):
        assert panel.browser().send("/first-run", **owner_form(panel)).status_code == 200
        assert chip.eraser().generations() == (1,)
        for root in old:
            assert root not in chip.content
