"""The data partition grows to the card's end, on a real block device with a real table."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.card.test_data import MARK, MARK_AT, SCRIPT
from tests.small.loops import loops

pytestmark = pytest.mark.root

CARD = 96 << 20
DATA_AT = 32 << 20
TABLE = (
    "label: dos\nlabel-id: 0x7a676f64\n"
    "start=8192, size=8192, type=c\nstart=16384, size=8192, type=83\n"
    "start=24576, size=8192, type=83\nstart=65536, size=8192, type=83\n"
)


@pytest.fixture
def card(tmp_path: Path) -> Iterator[Path]:
    """A card that was just written, with more room than its table says."""
    image = tmp_path / "card.img"
    with image.open("wb") as file:
        file.truncate(CARD)
    subprocess.run(["sfdisk", "-q", str(image)], input=TABLE, text=True, check=True)
    with image.open("r+b") as file:
        file.seek(MARK_AT)
        file.write(MARK.ljust(512, b"\0"))
    with loops() as disks:
        yield disks.attach(image, "--partscan")


def start(card: Path, run: Path) -> str:
    surroundings = {
        "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
        "ZGODA_CARD": str(card),
        "ZGODA_PARTITION": f"{card}p4",
        "ZGODA_BOARD_KEY": str(run / "absent"),
        "ZGODA_RUN": str(run),
    }
    done = subprocess.run(
        [str(SCRIPT)], env=surroundings, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


def test_it_has_all_the_room_there_is_and_is_made_once(card: Path, tmp_path: Path) -> None:
    first = start(card, tmp_path / "run")
    size = ["blockdev", "--getsize64", f"{card}p4"]
    grown = int(subprocess.run(size, capture_output=True, text=True, check=True).stdout)
    again = start(card, tmp_path / "run")

    assert grown == CARD - DATA_AT
    assert "a fresh card" in first
    assert "a fresh card" not in again
