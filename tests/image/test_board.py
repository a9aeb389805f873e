"""A Raspberry Pi 3 under QEMU: its card, its two wires, and the key that is burnt once."""

from collections.abc import Iterator

import pytest

from appliance.card.board.key import KEY_BYTES, rows_of
from appliance.vault.opening.erasers.eeprom import TITLE
from tests.image.board import Board, new_board
from tests.image.shell import Shell, hexadecimal

pytestmark = [pytest.mark.image, pytest.mark.timeout(0)]

CHIP = "/run/zgoda-eeprom/chip"
KEY = "/sys/firmware/zgoda/board-key"
SECRET = "/run/zgoda-card/board-secret"
SHOW = "od -An -v -tx1"
ONE_LINE = "tr -d ' \\n'; echo"
UNIT = "/usr/lib/systemd/system/zgoda-eeprom.service"

PREPARE = """
mount -t tmpfs tmpfs /tmp; mkdir -p /run/zgoda-keeper /run/zgoda-card
modprobe i2c-bcm2835; modprobe at24; modprobe zgoda_board_key
echo 0 >/sys/block/mmcblk0/queue/discard_max_bytes
ln -sf /dev/mmcblk0 /dev/zgoda-card; mkdir -p /dev/disk/by-partuuid
ln -sf /dev/mmcblk0p4 /dev/disk/by-partuuid/7a676f64-04
true
"""
"""What systemd and udev do in a whole start. No discarding: QEMU would erase the card by blocks."""

AS_THE_UNIT = (
    f"sed -n 's/^ExecStart=//p' {UNIT} | sh -ex && "
    f"stat -L -c '%U %a' {CHIP} && stat -L -c %s {CHIP}"
)
"""The commands of the unit that shows the chip to the keeper."""

ERASER = f"""
from pathlib import Path
from appliance.vault.opening.erasers.chip import Chip
from appliance.vault.opening.erasers.eeprom import EepromEraser
eraser = EepromEraser(Chip(Path('{CHIP}')))
"""

BURN = """
import time
from appliance.card.board.burn import BurnPlaces, burn
print(burn(BurnPlaces(), time.time).outcome)
"""

AS_THE_KEEPER = (
    "setpriv --reuid=zgoda-keeper --regid=zgoda-keeper --clear-groups /opt/zgoda/bin/python -c"
)


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Board:
    return new_board(tmp_path_factory.mktemp("board"))


@pytest.fixture(scope="module")
def shell(board: Board) -> Iterator[Shell]:
    """The board, switched on once for all tests of this file."""
    with board.boot() as shell:
        shell.wait()
        shell.run(PREPARE)
        yield shell


def open_data(shell: Shell) -> str:
    """Open the data partition and mount it, as the units do."""
    said = shell.run("/usr/lib/zgoda-card/data 2>&1")
    shell.run("mkdir -p /data && mount /run/zgoda-card/data /data")
    shell.run("mount --bind /data/zgoda /var/lib/zgoda")
    return said


def card_settings(shell: Shell) -> str:
    """Do what the card says, as the unit does at each start; return the box's settings."""
    shell.run(f"zgoda card --settings /dev/null --board-key {KEY}")
    return shell.run("cat /etc/zgoda/zgoda.toml /run/zgoda-card/board")


def key_of(shell: Shell) -> bytes:
    """Return what the module shows."""
    return hexadecimal(shell.run(f"{SHOW} {KEY} | {ONE_LINE}"))


def test_the_card_in_its_slot_gets_a_data_partition_as_large_as_it_allows(shell: Shell) -> None:
    assert "a fresh card" in open_data(shell)

    kilobytes = int(shell.run("df --output=size /data | tail -n 1"))
    assert kilobytes > 3_500_000
    assert shell.run("blkid -o value -s TYPE /dev/mmcblk0p4") == "ext4"


def test_a_blank_board_is_told_to_the_keeper_and_makes_no_level(shell: Shell) -> None:
    assert key_of(shell) == bytes(KEY_BYTES)
    settings = card_settings(shell)

    assert settings.endswith("blank")
    assert "eraser" not in settings


def test_the_unit_shows_the_chip_to_the_keeper_alone(shell: Shell) -> None:
    assert shell.run(AS_THE_UNIT).splitlines()[-2:] == ["zgoda-keeper 600", "4096"]
    read = f"\"open('{CHIP}', 'rb').read(1)\""
    assert shell.ask(f"{AS_THE_KEEPER} {read}")[0] == 0
    others = AS_THE_KEEPER.replace("zgoda-keeper", "zgoda-panel")
    assert "Permission denied" in shell.ask(f"{others} {read} 2>&1")[1]


def with_the_chip(shell: Shell, text: str = "") -> str:
    """Do what the card says, as the unit does with a module plugged in; return all of it."""
    shell.run(f"printf '{text}' >/tmp/settings")
    asked = f"zgoda card --settings /tmp/settings --board-key {KEY} --chip {CHIP} 2>&1"
    return shell.run(f"{asked}; cat /etc/zgoda/zgoda.toml")


def test_a_blank_chip_is_taken_for_the_vault_to_come(shell: Shell) -> None:
    assert f'eeprom = "{CHIP}"' in with_the_chip(shell)


def test_the_kernels_driver_writes_our_layout(shell: Shell, board: Board) -> None:
    root = hexadecimal(shell.python(f"{ERASER}\nprint(eraser.prepare(1).hex())"))
    shell.python(f"{ERASER}\neraser.prepare(2)\neraser.wipe_others(2)")

    cells = board.chip.read_bytes()
    assert cells[:32] == cells[-32:] == TITLE
    assert root not in cells
    second = hexadecimal(shell.python(f"{ERASER}\nprint(eraser.read(2).hex())"))
    assert second in cells

    assert "the key of another archive" in with_the_chip(shell)
    assert f'eeprom = "{CHIP}"' in with_the_chip(shell, "chip-anew = yes")
    assert second in board.chip.read_bytes(), "it goes with the new vault"


def test_a_half_burnt_key_is_none_and_is_finished(shell: Shell) -> None:
    """As a power cut leaves it: the note is there, two rows are burnt."""
    shell.python(
        """
        from appliance.card.board.key import KeyFile
        from appliance.card.board.note import KeyNote, KeyRequest
        KeyNote().write(KeyRequest(1.0, 'begun'))
        KeyFile().burn(0, b'half')
        KeyFile().burn(1, b'done')
        """
    )
    settings = card_settings(shell)
    assert settings.endswith("part")
    assert "eraser" not in settings

    assert shell.python(BURN) == "burnt"
    note = "\"print(open('/data/board/key.json').read())\""
    assert '"burnt"' in shell.run(f"{AS_THE_KEEPER} {note}")
    key = key_of(shell)
    assert key.startswith(b"halfdone")
    assert all(any(row) for row in rows_of(key))


def test_a_row_that_is_burnt_is_never_burnt_again(shell: Shell) -> None:
    before = shell.run(f"sha256sum <{KEY}")
    again = "from appliance.card.board.key import KeyFile; KeyFile().burn(0, b'else')"
    assert "File exists" in shell.ask(f'/opt/zgoda/bin/python -c "{again}" 2>&1')[1]
    for wrong in ("printf 1 1<>", "printf 12345678 1<>"):
        assert shell.ask(f"{wrong}{KEY}")[0] != 0
    assert shell.python(BURN) == "held"
    assert shell.run(f"sha256sum <{KEY}") == before


def test_nobody_but_root_reads_the_key(shell: Shell) -> None:
    assert shell.run(f"stat -c '%U %a' {KEY}") == "root 600"


def test_the_key_is_handed_over_to_the_keeper_alone(shell: Shell) -> None:
    assert shell.python(BURN) in {"burnt", "held"}
    settings = card_settings(shell)

    assert settings.endswith("whole")
    assert 'eraser = "board"' in settings
    assert hexadecimal(shell.run(f"{SHOW} {SECRET} | {ONE_LINE}")) == key_of(shell)
    assert shell.run(f"stat -c '%U %a' {SECRET}") == "zgoda-keeper 400"


def test_a_new_card_in_this_board_is_encrypted_with_its_key(shell: Shell) -> None:
    """As if the card had just been written: its data is LUKS, and opens with the board's key."""
    shell.run("umount -q /var/lib/zgoda /data; rm -f /run/zgoda-card/data")
    shell.run("dd if=/dev/zero of=/dev/mmcblk0p4 bs=1M count=4 conv=fsync status=none")
    shell.run("printf 'zgoda: a fresh card' | dd of=/dev/mmcblk0 bs=512 seek=4096 conv=notrunc")
    shell.run("modprobe dm-crypt")

    open_data(shell)
    assert shell.run("blkid -p -o value -s TYPE /dev/mmcblk0p4") == "crypto_LUKS"
    shell.run("umount /var/lib/zgoda /data; sync")


def test_this_card_opens_in_no_other_board_and_the_chip_reads_as_it_was_written(
    shell: Shell, board: Board
) -> None:
    """What comes back after it was off is another board, for QEMU's forgets its key.

    QEMU ends in order: killed, it would lose what the slot never asks it to write down.
    """
    shell.run(AS_THE_UNIT)
    root = hexadecimal(shell.python(f"{ERASER}\nprint(eraser.prepare(3).hex())"))
    shell.running.qemu.terminate()
    shell.running.qemu.wait()
    with board.boot() as other:
        other.wait()
        other.run(PREPARE)
        code, said = other.ask("/usr/lib/zgoda-card/data 2>&1")
        other.run(AS_THE_UNIT)
        read = hexadecimal(other.python(f"{ERASER}\nprint(eraser.read(3).hex())"))

    assert code != 0
    assert "this board has another or none" in said
    assert read == root
