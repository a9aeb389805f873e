"""A box without a vault has root burn the board's key, once somebody has said so twice."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from appliance.card.board.ask import Board
from appliance.card.board.burn import REQUEST, BurnPlaces, burn
from appliance.card.board.note import KeyNote, KeyRequest
from appliance.card.update.install import read_request
from appliance.errors import Refused
from appliance.keeper.audit.lines import readable
from appliance.keeper.audit.log import KEEPER
from appliance.link.requests.first_run import (
    BoardState,
    BurnBoardKey,
    FirstRun,
    GetBoard,
    GetBoxState,
)
from appliance.link.requests.recovery.restore import RestoreBackup
from tests.boxes import PASSWORD
from tests.browser.walked.recovery import restore_desk
from tests.card.board.fuses import new_board
from tests.keeper.backup.copies import backed_up_box, backups
from tests.keeper.boxes import OWNER, KeeperBox, make_keeper, undecided
from tests.keeper.desks import first_runs_of

SECRET = b"of the board alone, 32 bytes----"


@dataclass
class OnCard:
    """A keeper on a card whose board has a place for a key."""

    box: KeeperBox
    board: Board
    request: Path

    def find(self, word: str) -> None:
        """Say what root has found at the start."""
        self.board.told.write_text(f"{word}\n")

    def burn(self, **changes: str) -> None:
        """Ask for the key."""
        code = changes["code"] if "code" in changes else self.box.code()
        asked: dict[str, Any] = {"word": "NA ZAWSZE"} | changes | {"code": code}
        self.box.ask(BurnBoardKey(**asked))

    def state(self) -> BoardState:
        """Ask how it stands."""
        return self.box.ask(GetBoard())


def on_card(box: KeeperBox, folder: Path) -> OnCard:
    """Give a box a board."""
    folder.mkdir()
    board = Board(folder / "found", KeyNote(folder / "note"), folder, folder / "chip")
    first_runs_of(box.keeper).board = board
    card = OnCard(box, board, folder / "board-key")
    card.find("blank")
    return card


def with_a_key(folder: Path, more: str = "") -> KeeperBox:
    """Return a box without a vault, whose board has handed a key over; ``more`` is settings."""
    secret = folder / "board-secret"
    secret.write_bytes(SECRET)
    text = f'eraser = "board"\nboard_secret = "{secret}"\n{more}'
    return make_keeper(folder / "data", seed=undecided(text))


@pytest.fixture
def card(tmp_path: Path) -> Iterator[OnCard]:
    box = make_keeper(tmp_path / "data", seed=undecided())
    yield on_card(box, tmp_path / "card")
    box.keeper.close()


def refused(card: OnCard, **changes: str) -> str:
    with pytest.raises(Refused) as caught:
        card.burn(**changes)
    assert not card.request.exists()
    return caught.value.code


def test_the_keeper_asks_root_and_burns_nothing_itself(card: OnCard, tmp_path: Path) -> None:
    assert card.state() == BoardState("blank")

    card.burn()
    assert card.state() == BoardState("blank", "", asked=True)
    assert read_request(card.request, REQUEST) == "burn"
    fuses = new_board(tmp_path / "fuses")
    burn(BurnPlaces(fuses.file, tmp_path / "card/note", tmp_path / "data"), card.box.clock.now)
    card.find("whole")
    assert card.state() == BoardState("whole", "burnt")


def test_an_answer_that_is_the_same_as_before_is_an_answer(card: OnCard) -> None:
    card.board.note.write(KeyRequest(1.0, "refused"))
    card.burn()
    assert card.state() == BoardState("blank", "refused", asked=True)

    card.board.note.write(KeyRequest(2.0, "begun"))
    assert card.state().asked
    card.board.note.write(KeyRequest(3.0, "refused"))
    assert card.state() == BoardState("blank", "refused")


def test_nothing_begins_while_a_key_is_being_burnt(card: OnCard) -> None:
    """A vault made meanwhile would have lain in the clear, and the board's one chance be gone."""
    card.burn()

    with pytest.raises(Refused) as caught:
        card.burn()
    assert caught.value.code == "burning"
    with pytest.raises(Refused) as caught:
        card.box.ask(FirstRun(card.box.code(), OWNER, PASSWORD, plain=True))
    assert caught.value.code == "burning"
    restore = RestoreBackup(card.box.code(), "AAAAA", OWNER, PASSWORD, "2026-11-28")
    with pytest.raises(Refused) as caught:
        card.box.ask(restore)
    assert caught.value.code == "burning"
    assert card.box.keeper.box is None


def test_root_that_never_answers_is_not_awaited_for_ever(card: OnCard) -> None:
    card.burn()
    card.box.clock.advance(119)
    assert card.state().asked
    card.box.clock.advance(2)
    assert not card.state().asked


@pytest.mark.parametrize("word", ["NA ZAWSZE", "na zawsze", " für  immer ", "For ever"])
def test_the_words_are_taken_in_each_language(card: OnCard, word: str) -> None:
    card.burn(word=word)
    assert card.request.exists()


@pytest.mark.parametrize("word", ["", "yes", "TAK", "NA ZAWSZE!", "FOREVER"])
def test_other_words_burn_nothing(card: OnCard, word: str) -> None:
    assert refused(card, word=word) == "words_needed"


@pytest.mark.parametrize("code", ["AAAAA-AAAAA-AAAAA-AAAAA", ""])
def test_a_stranger_burns_nothing(card: OnCard, code: str) -> None:
    assert refused(card, code=code) == "wrong_one_time_password"


def test_guesses_are_slowed_down_as_at_the_first_run(card: OnCard) -> None:
    said = {refused(card, code=f"AAAAA-AAAAA-AAAAA-{number:05}") for number in range(12)}
    assert said == {"wrong_one_time_password", "throttled"}


@pytest.mark.parametrize("word", ["none", "foreign", "whole", "", "blank blank", "x" * 5000])
def test_a_board_that_is_not_blank_is_not_asked_for(card: OnCard, word: str) -> None:
    card.find(word)
    assert refused(card) == "no_board_key"


def test_a_part_that_is_ours_may_be_finished(card: OnCard) -> None:
    card.board.note.write(KeyRequest(card.box.clock.now(), "begun"))
    card.find("part")

    card.burn()
    assert card.request.exists()


def test_no_card_has_no_board(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RUNTIME_DIRECTORY", raising=False)
    board = Board.of_this_machine()
    assert board.state == "none"
    with pytest.raises(Refused):
        board.check()


def test_a_note_that_is_damaged_says_nothing(card: OnCard) -> None:
    card.board.note.write(KeyRequest(1.0, "refused"))
    assert card.state().outcome == "refused"
    (card.request.parent / "note/key.json").write_text("{")
    assert card.state().outcome == ""


def test_a_folder_that_takes_no_request_is_told(card: OnCard) -> None:
    card.request.mkdir()
    with pytest.raises(Refused) as caught:
        card.burn()
    assert caught.value.code == "root_not_asked"
    assert not card.state().asked


def test_once_there_is_a_vault_nobody_is_told_and_nothing_is_burnt(card: OnCard) -> None:
    card.box.confirm(card.box.first_run())
    assert card.state() == BoardState("none")
    assert refused(card, code="x") == "archive_there"


def test_while_a_restore_goes_on_nothing_is_burnt(card: OnCard) -> None:
    first_runs_of(card.box.keeper).taken = lambda: True
    assert refused(card) == "archive_there"


def test_a_box_that_keeps_its_key_in_the_clear_asks_first(card: OnCard) -> None:
    with pytest.raises(Refused) as caught:
        card.box.first_run(plain=False)
    assert caught.value.code == "plain"
    assert not card.box.ask(GetBoxState()).set_up

    card.box.first_run(plain=True)
    (entry,) = (one for one, _ in readable(card.box.folders.audit) if one.type == "first_run")
    assert entry.detail == "e0"


def test_a_trial_is_asked_for_nothing_since_it_stays_one(tmp_path: Path) -> None:
    box = make_keeper(tmp_path / "data")
    assert box.ask(GetBoxState()).trial
    box.first_run(plain=False)
    state = box.ask(GetBoxState())
    assert (state.set_up, state.trial, state.eraser) == (True, True, "E0")
    assert box.folders.kind.read_text() == "trial\n", "no real line comes into this folder"
    box.keeper.close()


def test_a_device_whose_line_may_become_real_is_no_trial(card: OnCard) -> None:
    assert not card.box.ask(GetBoxState()).trial
    card.box.first_run(plain=True)
    assert not card.box.ask(GetBoxState()).trial


def test_with_the_boards_key_the_vault_begins_at_e1_and_on_the_record(tmp_path: Path) -> None:
    box = with_a_key(tmp_path)
    card = on_card(box, tmp_path / "card")
    card.board.note.write(KeyRequest(box.clock.now(), "burnt"))

    box.first_run(plain=False)
    assert box.ask(GetBoxState()).eraser == "E1"
    assert box.acts()[:2] == ["first_run", "board_key"]
    entries = {entry.type: entry for entry, _ in readable(box.folders.audit)}
    assert entries["first_run"].detail == "e1"
    assert entries["board_key"].actor == KEEPER
    box.keeper.close()


def test_a_key_that_was_there_before_is_not_said_to_have_been_burnt(tmp_path: Path) -> None:
    box = with_a_key(tmp_path)
    on_card(box, tmp_path / "card").find("whole")

    box.first_run()
    assert "board_key" not in box.acts()
    box.keeper.close()


def test_the_one_time_password_outlives_a_keeper_that_starts_anew(card: OnCard) -> None:
    code = card.box.code()
    card.box.restart()
    assert card.box.code() == code


def test_a_box_restored_after_its_board_got_a_key_says_so_too(tmp_path: Path) -> None:
    old, medium = backed_up_box(tmp_path / "old")
    backups(old).run()
    old.keeper.close()
    box = with_a_key(tmp_path, f'[backup]\nfolder = "{medium.parent}"')
    card = on_card(box, tmp_path / "card")
    card.board.note.write(KeyRequest(box.clock.now(), "burnt"))

    today = datetime.fromtimestamp(box.clock.now(), UTC).date().isoformat()
    box.ask(RestoreBackup(box.code(), old.sheet, OWNER, PASSWORD, today))
    thread = restore_desk(box).restoring.thread
    assert thread is not None
    thread.join()
    assert box.ask(GetBoxState()).eraser == "E1"
    assert "board_key" in box.acts()
    box.keeper.close()
