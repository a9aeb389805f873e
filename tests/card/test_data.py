"""The data partition of a card: made once, and never formatted again, whatever is found."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "image-build/files/usr/lib/zgoda-card/data"
MARK = b"zgoda: a fresh card"
MARK_AT = 0x200000
STUBS = {"partx": "", "blockdev": "", "sfdisk": 'echo "sfdisk $*" >>"$TOLD"; cat >>"$TOLD"'}
SECRET = bytes(range(32))


@dataclass(frozen=True)
class Card:
    """A card and its data partition as two files; what only a kernel can do is told."""

    folder: Path

    @property
    def disk(self) -> Path:
        return self.folder / "card"

    @property
    def partition(self) -> Path:
        return self.folder / "partition"

    def stub(self, name: str, says: str) -> None:
        program = self.folder / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(f"#!/bin/sh\n{says}\n")
        program.chmod(0o755)

    def start(self) -> subprocess.CompletedProcess[str]:
        surroundings = {
            "PATH": f"{self.folder}/bin:{os.environ['PATH']}:/usr/sbin:/sbin",
            "TOLD": str(self.folder / "told"),
            "ZGODA_CARD": str(self.disk),
            "ZGODA_PARTITION": str(self.partition),
            "ZGODA_BOARD_KEY": str(self.folder / "board-key"),
            "ZGODA_RUN": str(self.folder / "run"),
        }
        return subprocess.run(
            [str(SCRIPT)], env=surroundings, capture_output=True, text=True, check=False
        )

    def is_fresh(self) -> bool:
        return self.disk.read_bytes()[MARK_AT : MARK_AT + len(MARK)] == MARK

    def told(self) -> str:
        return (self.folder / "told").read_text()


@pytest.fixture
def card(tmp_path: Path) -> Card:
    made = Card(tmp_path)
    made.disk.write_bytes(bytes(MARK_AT) + MARK.ljust(512, b"\0") + bytes(512))
    with made.partition.open("wb") as file:
        file.truncate(8 << 20)
    for name, says in STUBS.items():
        made.stub(name, says)
    return made


def kind(path: Path) -> str:
    asked = ["/usr/sbin/blkid", "-p", "-o", "value", "-s", "TYPE", str(path)]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()


def test_a_fresh_card_gets_a_data_partition_as_large_as_it_allows(card: Card) -> None:
    done = card.start()

    assert done.returncode == 0, done.stderr
    assert kind(card.partition) == "ext4"
    assert not card.is_fresh()
    assert (card.folder / "run" / "data").resolve() == card.partition
    assert "-N 4" in card.told()
    assert ",+" in card.told()


def test_a_name_that_goes_while_the_partition_grows_is_waited_for(card: Card) -> None:
    """Udev takes the name away and gives it back; on a busy machine that is seconds later."""
    node, name = card.folder / "mmcblk0p4", card.partition
    name.rename(node)
    name.symlink_to(node)
    card.stub("partx", f"rm {name}")
    card.stub("udevadm", f"ln -sfn {node} {name}")
    card.stub("mke2fs", f'/usr/sbin/mke2fs "$@" && rm {name}')  # it closes what it wrote to
    card.stub("blockdev", '[ -e "$2" ] || { echo "cannot open $2" >&2; exit 1; }')
    done = card.start()

    assert done.returncode == 0, done.stderr
    assert kind(node) == "ext4"
    assert not card.is_fresh()
    assert (card.folder / "run" / "data").resolve() == node


def test_a_second_start_changes_nothing(card: Card) -> None:
    card.start()
    before = card.partition.read_bytes(), card.disk.read_bytes()
    done = card.start()

    assert done.returncode == 0, done.stderr
    assert (card.partition.read_bytes(), card.disk.read_bytes()) == before


def test_a_first_start_that_is_cut_off_is_done_again(card: Card) -> None:
    card.stub("mke2fs", "exit 1")
    assert card.start().returncode != 0
    assert card.is_fresh()

    (card.folder / "bin" / "mke2fs").unlink()
    assert card.start().returncode == 0
    assert not card.is_fresh()


def test_a_data_partition_that_cannot_be_read_is_not_made_anew(card: Card) -> None:
    """A dying card's recordings may still be saved; a new file system would end them."""
    card.start()
    with card.partition.open("r+b") as file:
        file.write(b"\xff" * 4096)
    before = card.partition.read_bytes()
    done = card.start()

    assert done.returncode != 0
    assert "nothing is touched" in done.stderr
    assert card.partition.read_bytes() == before


def test_a_damaged_file_system_is_left_as_it_is(card: Card) -> None:
    card.start()
    card.stub("e2fsck", "exit 4")
    (card.folder / "run" / "data").unlink()
    done = card.start()

    assert done.returncode != 0
    assert "copy the card" in done.stderr
    assert not (card.folder / "run" / "data").exists()


def test_what_a_power_cut_left_is_put_right(card: Card) -> None:
    card.start()
    card.stub("e2fsck", "exit 1")

    assert card.start().returncode == 0


def test_a_board_with_a_secret_encrypts_it(card: Card) -> None:
    (card.folder / "board-key").write_bytes(SECRET)
    card.stub("cryptsetup", 'echo "cryptsetup $*" >>"$TOLD"; [ "$1" != open ]')

    assert card.start().returncode != 0
    told = card.told()
    assert "cryptsetup luksFormat" in told
    assert f"--key-file {card.folder}/board-key" in told
    assert kind(card.partition) == "", "nothing lies there in clear"
    assert card.is_fresh()


@pytest.mark.parametrize(
    "key", [bytes(32), SECRET[:28] + bytes(4), bytes(4) + SECRET[4:], SECRET[:31], b""]
)
def test_a_key_of_which_a_row_is_blank_is_no_secret(card: Card, key: bytes) -> None:
    (card.folder / "board-key").write_bytes(key)
    card.stub("cryptsetup", "exit 9")

    assert card.start().returncode == 0
    assert kind(card.partition) == "ext4"


@pytest.mark.parametrize(
    ("key", "says"), [(None, "another or none"), (SECRET, "was the card in another board?")]
)
def test_a_card_in_another_board_says_so_and_loses_nothing(
    card: Card, key: bytes | None, says: str
) -> None:
    card.start()
    card.stub("blkid", "echo crypto_LUKS")
    card.stub("cryptsetup", "exit 2")
    if key:
        (card.folder / "board-key").write_bytes(key)
    before = card.partition.read_bytes()
    done = card.start()

    assert done.returncode != 0
    assert says in done.stderr
    assert card.partition.read_bytes() == before
