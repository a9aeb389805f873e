"""Test the chip: torn pages, worn cells, foreign content, and what its anchor withstands."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from appliance.errors import EraserFailed, KeyLost, MadeByNewer
from appliance.vault.opening.erasers.chip import CHIP_BYTES, PAGE_BYTES, Chip, ChipFile
from appliance.vault.opening.erasers.chosen import eraser_of_copy
from appliance.vault.opening.erasers.eeprom import (
    ANCHOR_PAGES,
    SLOT_BYTES,
    SLOT_PAGES,
    TITLE,
    TITLE_PAGES,
    EepromEraser,
)
from appliance.vault.opening.shard import Anchor
from tests.chips import EmulatedChip, PowerCut, new_chip

VAULT, OTHER = bytes(range(16)), bytes(16)


@pytest.fixture(params=[0x00, 0xFF], ids=["zeros", "ones"])
def chip(request: pytest.FixtureRequest, tmp_path: Path) -> EmulatedChip:
    return new_chip(tmp_path / "eeprom", request.param)


@pytest.fixture
def old(tmp_path: Path) -> EmulatedChip:
    """A chip that holds the roots of generations 1 and 2."""
    made = new_chip(tmp_path / "old")
    made.eraser().prepare(1)
    made.eraser().prepare(2)
    return made


def _slot(index: int) -> slice:
    at = SLOT_PAGES[index] * PAGE_BYTES
    return slice(at, at + SLOT_BYTES)


# -- pages ---------------------------------------------------------------------------------------


def test_only_the_pages_of_the_format_are_written(chip: EmulatedChip) -> None:
    blank = chip.content[0]
    eraser = chip.eraser()
    for generation in range(1, 6):
        eraser.prepare(generation)
        eraser.wipe_others(generation)
        eraser.keep_anchor(VAULT, Anchor(generation, bytes(16)))
    pages = {offset // PAGE_BYTES for offset, _ in chip.driver.written}
    slots = {page + i for page in SLOT_PAGES for i in range(3)}
    assert pages == {*TITLE_PAGES, *slots, *ANCHOR_PAGES}
    rest = [byte for at, byte in enumerate(chip.content) if at // PAGE_BYTES not in pages]
    assert set(rest) == {blank}


def test_each_page_is_written_whole_and_read_back_before_the_next(chip: EmulatedChip) -> None:
    chip.eraser().prepare(1)
    assert all(len(data) == PAGE_BYTES for _, data in chip.driver.written)
    assert chip.driver.counts["read"] >= chip.driver.counts["write"]


def test_a_roots_page_is_overwritten_twice(old: EmulatedChip) -> None:
    root = old.eraser().read(1)
    before = len(old.driver.written)
    old.eraser().wipe_others(2)
    at = next(i for i in range(0, CHIP_BYTES, 32) if old.content[i : i + 32] == bytes(32))
    overwritten = [data for _, data in old.driver.written[before:]]
    noise = [data for data in overwritten if any(data)]
    assert len(noise) == 1
    assert noise[0] != root
    assert at >= 0


# -- a page that lost power, at any byte ---------------------------------------------------------


def _cut_everywhere(tmp_path: Path, begin: Callable[[], EmulatedChip], act: str) -> int:
    """Cut the power at every byte of every page that an act writes; check what is left each time.

    Returns how many states were tried.
    """
    tried, number = 0, 0
    while True:
        number += 1
        for stop in (0, 1, 7, 8, 9, 15, 16, 23, 24, 31, 32):
            chip = begin()
            root = chip.eraser().read(2)
            chip.driver.torn = chip.driver.counts["write"] + number, stop
            eraser = chip.eraser()
            try:
                eraser.prepare(3) if act == "prepare" else eraser.wipe_others(2)
            except PowerCut:
                tried += 1
            else:
                return tried
            chip.mend()
            after = chip.eraser()
            assert after.read(2) == root, "the root in use is untouched"
            assert all(slot.state != "worn" for slot in after._slots()), "torn is not worn"
            after.wipe_others(2)  # as at boot
            assert after.generations() == (2,)
            assert chip.content[_slot(0)] == bytes(SLOT_BYTES)
            after.prepare(3)
            assert after.generations() == (2, 3)


def _begin(tmp_path: Path) -> Callable[[], EmulatedChip]:
    made = iter(range(10**6))

    def begin() -> EmulatedChip:
        chip = new_chip(tmp_path / f"{next(made)}")
        chip.eraser().prepare(1)
        chip.eraser().prepare(2)
        return chip

    return begin


def test_power_lost_at_any_byte_of_a_new_root_costs_nothing(tmp_path: Path) -> None:
    assert _cut_everywhere(tmp_path, _begin(tmp_path), "prepare") == 4 * 11


def test_power_lost_at_any_byte_of_an_overwriting_is_resumed(tmp_path: Path) -> None:
    assert _cut_everywhere(tmp_path, _begin(tmp_path), "wipe") == 4 * 11


@pytest.mark.parametrize("stop", range(PAGE_BYTES + 1))
@pytest.mark.parametrize("number", [1, 2])
def test_power_lost_while_a_blank_chip_is_claimed(tmp_path: Path, number: int, stop: int) -> None:
    for filling in (0x00, 0xFF):
        chip = new_chip(tmp_path / "eeprom", filling)
        chip.driver.torn = number, stop
        with pytest.raises(PowerCut):
            chip.eraser().prepare(1)
        chip.mend()
        root = chip.eraser().prepare(1)
        assert chip.eraser().read(1) == root
        chip.driver.counts.clear()


@pytest.mark.parametrize("stop", range(PAGE_BYTES + 1))
def test_power_lost_at_any_byte_of_an_anchor_costs_at_most_that_one(
    old: EmulatedChip, stop: int
) -> None:
    for seq in (1, 2, 3):
        old.eraser().keep_anchor(VAULT, Anchor(seq, bytes([seq]) * 16))
    old.driver.torn = old.driver.counts["write"] + 1, stop
    with pytest.raises(PowerCut):
        old.eraser().keep_anchor(VAULT, Anchor(300, bytes([44]) * 16))
    old.mend()
    kept = old.eraser().anchor(VAULT)
    assert kept is not None
    assert kept.seq in (3, 300)
    old.eraser().keep_anchor(VAULT, Anchor(301, bytes([45]) * 16))
    assert old.eraser().anchor(VAULT) == Anchor(301, bytes([45]) * 16)


# -- worn cells ----------------------------------------------------------------------------------


@pytest.mark.parametrize("page", range(3))
@pytest.mark.parametrize("byte", [0, 31])
def test_a_worn_cell_is_a_failure_that_names_it(old: EmulatedChip, page: int, byte: int) -> None:
    cell = (SLOT_PAGES[0] + page) * PAGE_BYTES + byte
    old.driver.worn = {cell: 0x10}
    root = old.eraser().read(2)
    with pytest.raises(EraserFailed, match=f"byte {cell}, after 3 attempts: the chip is worn"):
        old.eraser().prepare(3)
    with pytest.raises(EraserFailed, match="worn out or write-protected"):
        old.eraser().wipe_others(2)
    assert old.eraser().read(2) == root


def test_a_cell_that_takes_it_at_the_third_attempt_is_enough(old: EmulatedChip) -> None:
    cell = (SLOT_PAGES[0] + 1) * PAGE_BYTES
    old.driver.worn = {cell: 0x10}
    writes = old.driver.counts["write"]

    def heal(operation: str, count: int) -> None:
        if operation == "write" and count == writes + 4:  # head, root, root, root
            old.driver.worn = {}

    old.driver.broken = heal
    root = old.eraser().prepare(3)
    assert old.eraser().read(3) == root


@pytest.mark.parametrize("page", [1, 2])
def test_a_cell_that_loses_its_value_is_worn_and_not_torn(old: EmulatedChip, page: int) -> None:
    with old.path.open("r+b") as cells:
        cells.seek((SLOT_PAGES[1] + page) * PAGE_BYTES + 5)
        byte = cells.read(1)[0]
        cells.seek(-1, 1)
        cells.write(bytes([byte ^ 4]))
    assert [slot.state for slot in old.eraser()._slots()] == ["whole", "worn"]
    with pytest.raises(KeyLost, match="generation 2: its cells are worn out"):
        old.eraser().read(2)
    with pytest.raises(EraserFailed):
        old.eraser().wipe_others(2)


# -- a chip that is gone, wrong, or somebody else's ----------------------------------------------


def test_a_chip_that_is_gone_is_a_failure_and_no_file_comes_in_its_place(old: EmulatedChip) -> None:
    with old.away():
        for act in (lambda: old.eraser().prepare(3), lambda: old.eraser().wipe_others(2)):
            with pytest.raises(EraserFailed, match="does not answer: No such file"):
                act()
        assert not old.path.exists()
    old.eraser().wipe_others(2)
    assert old.eraser().generations() == (2,)


@pytest.mark.parametrize("operation", ["open", "read", "write"])
@pytest.mark.parametrize("number", [errno.EIO, errno.EREMOTEIO, errno.ETIMEDOUT])
def test_an_error_of_the_bus_is_one_sentence(
    old: EmulatedChip, operation: str, number: int
) -> None:
    old.fail(operation, number)
    with pytest.raises(EraserFailed, match=r"^The EEPROM \S+ does not answer: .*\.$"):
        old.eraser().prepare(3)


@pytest.mark.parametrize("size", [0, 256, CHIP_BYTES - 1, CHIP_BYTES + 1, 32_768])
def test_a_chip_of_another_size_is_refused(tmp_path: Path, size: int) -> None:
    chip = new_chip(tmp_path / "eeprom")
    chip.path.write_bytes(bytes(size))
    with pytest.raises(EraserFailed, match=f"has {size} bytes; Zgoda uses an AT24C32 of 4096"):
        chip.eraser().prepare(1)


def test_somebody_elses_chip_is_not_written_to(tmp_path: Path) -> None:
    chip = new_chip(tmp_path / "eeprom")
    content = bytearray(chip.content)
    content[200] = 7
    chip.path.write_bytes(content)
    for act in (
        lambda: chip.eraser().prepare(1),
        lambda: chip.eraser().keep_anchor(VAULT, Anchor(1, bytes(16))),
    ):
        with pytest.raises(EraserFailed, match="holds something that is not Zgoda's"):
            act()
    assert chip.content == content
    assert chip.driver.written == []


@pytest.mark.parametrize("page", TITLE_PAGES)
def test_a_lost_title_is_written_again_from_the_other(old: EmulatedChip, page: int) -> None:
    with old.path.open("r+b") as cells:
        cells.seek(page * PAGE_BYTES)
        cells.write(bytes(PAGE_BYTES))
    old.eraser().prepare(3)
    assert old.content[page * PAGE_BYTES : (page + 1) * PAGE_BYTES] == TITLE


def test_an_ordinary_file_is_no_chip(tmp_path: Path) -> None:
    """It would claim E2 for a file on the card."""
    path = tmp_path / "eeprom"
    path.write_bytes(bytes([0xFF]) * CHIP_BYTES)
    eraser = EepromEraser(Chip(path))
    for act in (lambda: eraser.prepare(1), eraser.generations, lambda: eraser.wipe_others(1)):
        with pytest.raises(EraserFailed, match="no chip's file but an ordinary one"):
            act()
    assert path.read_bytes() == bytes([0xFF]) * CHIP_BYTES


def test_a_file_of_the_kernels_is_taken_for_a_drivers() -> None:
    for place, is_one in (("/sys/kernel", True), ("/proc/self", False), ("/", False)):
        fd = os.open(place, os.O_RDONLY)
        try:
            assert ChipFile().is_a_drivers(fd) is is_one, place
        finally:
            os.close(fd)


# -- the anchor ----------------------------------------------------------------------------------


def test_an_anchor_belongs_to_one_vault(old: EmulatedChip) -> None:
    old.eraser().keep_anchor(VAULT, Anchor(900, bytes(16)))
    assert old.eraser().anchor(OTHER) is None
    old.eraser().keep_anchor(OTHER, Anchor(4, bytes(16)))
    assert old.eraser().anchor(OTHER) == Anchor(4, bytes(16))


def test_the_same_anchor_costs_no_write(old: EmulatedChip) -> None:
    old.eraser().keep_anchor(VAULT, Anchor(9, bytes(16)))
    writes = old.driver.counts["write"]
    old.eraser().keep_anchor(VAULT, Anchor(9, bytes(16)))
    assert old.driver.counts["write"] == writes


# -- copies --------------------------------------------------------------------------------------


def test_a_copy_of_the_chip_gives_its_root_and_takes_none(old: EmulatedChip) -> None:
    copy = old.path.with_name("copy")
    copy.write_bytes(old.content)
    found = eraser_of_copy(copy)
    assert found.read(2) == old.eraser().read(2)
    with pytest.raises(EraserFailed, match="only read"):
        found.prepare(3)
    assert copy.read_bytes() == old.content


# -- newer versions ------------------------------------------------------------------------------


@pytest.mark.parametrize("page", TITLE_PAGES)
def test_one_damaged_title_costs_nothing_and_is_mended(page: int, old: EmulatedChip) -> None:
    root, damaged = old.eraser().read(2), bytearray(old.content)
    damaged[page * PAGE_BYTES + 8] += 1
    old.path.write_bytes(damaged)
    assert old.eraser().read(2) == root

    old.eraser().prepare(3)

    assert {old.content[at * PAGE_BYTES :][:PAGE_BYTES] for at in TITLE_PAGES} == {TITLE}


def test_a_chip_of_a_newer_version_is_left_alone(old: EmulatedChip) -> None:
    """Its root must not count as torn, nor the chip as somebody else's that may be overwritten."""
    eraser, newer = old.eraser(), bytearray(old.content)
    for page in TITLE_PAGES:
        newer[page * PAGE_BYTES + 8] += 1
    old.path.write_bytes(newer)
    for act in (
        eraser.generations,
        lambda: eraser.read(2),
        lambda: eraser.slot_level(2),
        lambda: eraser.prepare(3),
        lambda: eraser.wipe_others(2),
        eraser.wipe_all,
        lambda: eraser.keep_anchor(VAULT, Anchor(9, bytes(16))),
    ):
        with pytest.raises(MadeByNewer, match=r"newer Zgoda \(version 2; this one knows 1\)"):
            act()
    assert old.content == newer
