"""Read updates as root wrote them, and believe nothing else."""

import json
import os
from pathlib import Path

import pytest

from appliance.card.update.ask import CardUpdates
from appliance.card.update.install import InstallPlaces, install, read_request, refusal, settle
from appliance.card.update.stick import PATIENCE, sticks
from appliance.card.update.story import KEPT, Story, Update, other, slot_of
from appliance.errors import FileFormatError, ZgodaError
from tests.model.refusals import refuses


@pytest.fixture
def story(tmp_path: Path) -> Story:
    return Story(tmp_path / "kept", tmp_path / "volatile")


def update(outcome: str = "waits", slot: str = "B", boot: str = "first") -> Update:
    return Update(1_795_000_000.5, "0.2.0", slot, outcome, boot)


@pytest.mark.parametrize(
    ("line", "slot"),
    [
        ("ro zgoda.slot=A quiet\n", "A"),
        ("zgoda.slot=B", "B"),
        ("xzgoda.slot=A", ""),
        ("zgoda.slot=C zgoda.slot=AB", ""),
        ("zgoda.slot=A zgoda.slot=B", ""),
        ("", ""),
    ],
)
def test_the_kernel_is_told_which_system_runs(line: str, slot: str) -> None:
    assert slot_of(line) == slot
    assert other(slot) == {"A": "B", "B": "A", "": ""}[slot]


def test_the_story_is_read_as_it_was_written(story: Story) -> None:
    assert story.updates() == ()
    story.append(update("cut"))
    story.append(update("cut"))
    story.replace_last(update())

    assert story.updates() == (update("cut"), update())


def test_the_oldest_are_forgotten(story: Story) -> None:
    for number in range(KEPT + 3):
        story.append(Update(float(number), "", "A", "nothing"))

    assert [row.at for row in story.updates()] == [float(n) for n in range(3, KEPT + 3)]


BROKEN = [
    "",
    "{}",
    "null",
    "[null]",
    '[{"at": 1}]',
    json.dumps([{"at": "now", "version": "", "slot": "A", "outcome": "runs"}]),
    json.dumps([{"at": 1, "version": "<b>", "slot": "A", "outcome": "runs"}]),
    json.dumps([{"at": 1, "version": "", "slot": "C", "outcome": "runs"}]),
    json.dumps([{"at": 1, "version": "", "slot": "A", "outcome": "../"}]),
    json.dumps([{"at": 1, "version": 2, "slot": "A", "outcome": "runs"}]),
    json.dumps([{"at": 1, "version": "", "slot": "A", "outcome": "runs", "boot": "x" * 99}]),
    "[" * 100_000,
]


@pytest.mark.parametrize("text", BROKEN, ids=range(len(BROKEN)))
def test_a_broken_story_is_not_believed_and_the_next_update_is_noted(
    story: Story, text: str
) -> None:
    story.append(update())
    story._file.write_text(text)

    with pytest.raises(FileFormatError):
        story.updates()
    story.append(update("runs"))
    assert story.updates() == (update("runs"),)


def test_progress_is_shown_and_gone_at_the_end(story: Story) -> None:
    assert story.percent() is None
    story.show(42)
    assert story.percent() == 42
    story._percent.write_text("-3")
    assert story.percent() is None
    story._percent.write_text("999")
    assert story.percent() == 100
    story.hide()
    story.hide()
    assert story.percent() is None


@pytest.mark.parametrize("what", ["install", "restart"])
def test_root_reads_what_the_keeper_asks_for(tmp_path: Path, story: Story, what: str) -> None:
    CardUpdates(story, "A", tmp_path).ask(what)

    assert read_request(tmp_path / "update") == what


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"install\n",
        b"install /data/evil.raucb\n",
        b"INSTALL " + b"0" * 32 + b"\n",
        b"install " + b"0" * 32,
        b"install " + b"0" * 32 + b"\nrestart\n",
        b"install " + b"0" * 32 + b"\n" + b"x" * 1000,
        b"\xff" * 41,
    ],
)
def test_anything_else_is_refused(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "update").write_bytes(text)

    with pytest.raises(FileFormatError, match="nothing was done"):
        read_request(tmp_path / "update")


def test_a_link_or_a_pipe_in_the_place_of_the_request_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").write_text(f"install {'0' * 32}\n")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    os.mkfifo(tmp_path / "pipe")

    for name in ("link", "pipe", "missing"):
        with pytest.raises(FileFormatError, match="nothing was done"):
            read_request(tmp_path / name)


def places(folder: Path, slot: str, boot: str = "second") -> InstallPlaces:
    (folder / "cmdline").write_text(f"ro zgoda.slot={slot}\n" if slot else "ro\n")
    (folder / "boot").write_text(f"{boot}\n")
    return InstallPlaces(
        devices=folder / "disk",
        folder=folder / "kept",
        volatile=folder / "volatile",
        command_line=folder / "cmdline",
        boot_id=folder / "boot",
    )


@pytest.mark.parametrize(("runs", "outcome"), [("B", "runs"), ("A", "fell_back")])
def test_the_restart_decides(tmp_path: Path, story: Story, runs: str, outcome: str) -> None:
    story.append(update())

    assert settle(places(tmp_path, runs)) is not None
    assert story.updates()[-1].outcome == outcome
    assert settle(places(tmp_path, runs, "third")) is None


def test_a_refusal_leaves_the_one_that_waits(tmp_path: Path, story: Story) -> None:
    story.append(update())
    story.append(update("signature"))
    assert CardUpdates(story, "A", tmp_path).waits()

    settle(places(tmp_path, "B"))
    assert [row.outcome for row in story.updates()] == ["runs", "signature"]


def test_one_that_was_cut_off_has_overwritten_the_one_that_waited(
    tmp_path: Path, story: Story
) -> None:
    story.append(update())
    story.append(update("cut"))
    settle(places(tmp_path, "A"))

    assert [row.outcome for row in story.updates()] == ["replaced", "cut"]


def test_a_note_that_was_cut_off_is_made_good(tmp_path: Path, story: Story) -> None:
    """RAUC's service goes on where only the program that asked it has ended."""
    story.append(update())
    story.append(update("cut"))
    settle(places(tmp_path, "B"))

    assert [row.outcome for row in story.updates()] == ["replaced", "runs"]


@pytest.mark.parametrize("outcome", ["signature", "cut", "runs", "fell_back"])
def test_what_did_not_wait_is_not_decided(tmp_path: Path, story: Story, outcome: str) -> None:
    story.append(update(outcome))

    assert settle(places(tmp_path, "A")) is None
    assert story.updates() == (update(outcome),)


def test_before_the_restart_nothing_is_decided(tmp_path: Path, story: Story) -> None:
    story.append(update())

    assert settle(places(tmp_path, "A", "first")) is None


def test_without_a_stick_it_is_said_and_noted(tmp_path: Path, story: Story) -> None:
    waited: list[float] = []
    ended = install(places(tmp_path, "A"), lambda: 5.0, wait=waited.append)

    assert (ended.outcome, ended.slot) == ("nothing", "B")
    assert story.updates() == (ended,)
    assert story.percent() is None
    assert sum(waited) == PATIENCE


def test_where_nobody_chose_a_system_none_is_updated(tmp_path: Path, story: Story) -> None:
    with pytest.raises(ZgodaError, match="no system"):
        install(places(tmp_path, ""), lambda: 5.0)
    assert story.updates() == ()


def test_the_keeper_asks_only_where_something_can_come_of_it(tmp_path: Path, story: Story) -> None:
    for nowhere in (CardUpdates(story), CardUpdates(story, "A"), CardUpdates(story, "", tmp_path)):
        with refuses("no_stick_updates"):
            nowhere.check_install()
    card = CardUpdates(story, "A", tmp_path)
    card.check_install()
    with refuses("no_restart_waits"):
        card.check_restart()
    story.append(update())
    card.check_restart()
    story.show(1)
    for check in (card.check_install, card.check_restart):
        with refuses("update_running"):
            check()


def test_what_hangs_on_usb_is_a_stick_but_the_card_itself_is_none(tmp_path: Path) -> None:
    by_id, by_path = tmp_path / "disk" / "by-id", tmp_path / "disk" / "by-path"
    for folder in (by_id, by_path):
        folder.mkdir(parents=True)
    for name in ("sda", "sda1", "sda4", "sdab1", "sdb", "sdb1"):
        (tmp_path / name).touch()
        (by_id / f"usb-{name}").symlink_to(tmp_path / name)
        (by_path / f"platform-fd500000.pcie-usb-0:1:1.0-{name}").symlink_to(tmp_path / name)
    (by_id / "ata-sdc").symlink_to(tmp_path / "sdc")
    (by_path / "platform-fd500000.pcie-usbv3-0:1.1:1.0-ata-1").symlink_to(tmp_path / "sdc")
    (by_id / "mmc-second").symlink_to(tmp_path / "mmcblk1")
    (by_path / "platform-fe340000.mmc").symlink_to(tmp_path / "mmcblk1")
    (tmp_path / "card").symlink_to(tmp_path / "sda")

    found = sticks(tmp_path / "disk", tmp_path / "card")

    names = sorted(path.name for path in found)
    assert names == ["sdab1", "sdb", "sdb1", "sdc"], "each once, also if it has two names"


def test_a_failure_that_nobody_knows_is_no_success() -> None:
    assert refusal("") == "failed"
    assert refusal("LastError: the moon fell down") == "failed"
    assert refusal("signature verification failed in a name.raucb") == "failed"
