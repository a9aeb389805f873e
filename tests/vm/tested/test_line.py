"""The far end asks the kernel how far its sound is, also while the card vanishes."""

from pathlib import Path

from tests.vm.far.line import frames_played


def test_the_kernel_tells_how_much_a_card_has_played(tmp_path: Path) -> None:
    status = tmp_path / "status"
    status.write_text("state: RUNNING\nhw_ptr      : 4800\nappl_ptr    : 6400\n", "ascii")

    assert frames_played(status) == 4800


def test_a_closed_card_has_played_nothing(tmp_path: Path) -> None:
    status = tmp_path / "status"
    status.write_text("closed\n", "ascii")

    assert frames_played(status) is None


def test_a_card_that_was_pulled_out_is_like_a_closed_one(tmp_path: Path) -> None:
    assert frames_played(tmp_path / "gone") is None
