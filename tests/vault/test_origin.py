import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from appliance.vault.format import HEADER_BYTES, SIGNED_BYTES
from appliance.vault.origin import OriginKey, fingerprint, is_key, is_signed

PART = bytes(range(256)) * 15 + bytes(SIGNED_BYTES - 3840)


@pytest.fixture
def memory() -> Iterator[Path]:
    """A folder on a file system that ends with the boot."""
    with TemporaryDirectory(dir="/dev/shm") as place:
        yield Path(place)


def header(key: OriginKey) -> bytes:
    return key.signed(PART).ljust(HEADER_BYTES, b"\0")


def test_a_signature_fits_its_header_and_no_other() -> None:
    raw = header(OriginKey.new())
    assert is_signed(raw)
    for at in (0, SIGNED_BYTES - 1, SIGNED_BYTES, SIGNED_BYTES + 32, HEADER_BYTES - 33):
        changed = bytearray(raw)
        changed[at] ^= 1
        assert not is_signed(bytes(changed)), at
    assert is_signed(raw[:-1] + b"\1")  # the MAC is another matter


@pytest.mark.parametrize("size", [0, 100, SIGNED_BYTES + 31, HEADER_BYTES - 40])
def test_less_than_a_header_is_not_signed(size: int) -> None:
    assert not is_signed(header(OriginKey.new())[:size])


def test_a_restart_finds_the_key_of_this_boot(memory: Path) -> None:
    path = memory / "origin.key"
    first = OriginKey.of_this_boot(path)
    assert path.stat().st_mode & 0o777 == 0o600
    again = OriginKey.of_this_boot(path)
    assert again.public == first.public
    assert is_signed(header(again))
    path.unlink()  # the machine restarts
    assert OriginKey.of_this_boot(path).public != first.public


def test_no_key_is_left_on_a_medium_that_outlives_the_boot(tmp_path: Path) -> None:
    mounts = tmp_path / "mountinfo"
    device = os.stat(tmp_path).st_dev
    place = f"{os.major(device)}:{os.minor(device)}"
    for kind in ("ext4", "overlay", "btrfs"):
        mounts.write_text(f"30 25 {place} / / rw - {kind} /dev/sda rw\n")
        keys = {OriginKey.of_this_boot(tmp_path / "key", mounts=mounts).public for _ in range(2)}
        assert len(keys) == 2
    for text in ("", "nonsense\n", f"30 25 0:0 / / rw - tmpfs {place} rw\n"):
        mounts.write_text(text)
        OriginKey.of_this_boot(tmp_path / "key", mounts=mounts)
    OriginKey.of_this_boot(tmp_path / "key", mounts=tmp_path / "none")
    OriginKey.of_this_boot(tmp_path / "gone" / "key")
    assert list(tmp_path.iterdir()) == [mounts]


@pytest.mark.parametrize("fault", ["short", "long", "readable", "link", "folder", "pipe"])
def test_what_is_no_key_of_ours_is_not_taken_for_one(memory: Path, fault: str) -> None:
    path, seed = memory / "origin.key", b"s" * 32
    if fault == "folder":
        path.mkdir()
    elif fault == "pipe":
        os.mkfifo(path, 0o600)
    elif fault == "link":
        (memory / "elsewhere").write_bytes(seed)
        (memory / "elsewhere").chmod(0o600)
        path.symlink_to(memory / "elsewhere")
    else:
        path.write_bytes({"short": seed[:-1], "long": seed + b"s"}.get(fault, seed))
        path.chmod(0o644 if fault == "readable" else 0o600)
    made = OriginKey.of_this_boot(path)
    assert made.public != OriginKey.of_seed(seed).public
    assert is_signed(header(made))
    if fault != "folder":  # it was replaced, and stays
        assert OriginKey.of_this_boot(path).public == made.public


def test_a_folder_without_room_costs_no_recording(
    memory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("appliance.vault.disk.Disk.replace", full)
    assert is_signed(header(OriginKey.of_this_boot(memory / "origin.key")))
    assert list(memory.iterdir()) == []


P = 2**255 - 19


@pytest.mark.parametrize("y", [0, 1, P - 1, P, P + 1])
@pytest.mark.parametrize("sign", [0, 1 << 255])
def test_a_key_of_small_order_proves_nothing(y: int, sign: int) -> None:
    assert not is_key((y | sign).to_bytes(32, "little"))


def test_only_32_bytes_are_a_key() -> None:
    key = OriginKey.new().public
    assert is_key(key)
    assert not is_key(key + b"\0")
    assert not is_key(key[:31])
    assert len(fingerprint(key)) == 64
