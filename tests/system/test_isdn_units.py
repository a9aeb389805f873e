"""Test the drop-ins that give the recorder ISDN: no more than that, and none by default."""

import re
import subprocess
from pathlib import Path

import pytest

UNITS = Path(__file__).parent.parent.parent / "systemd"
RECORDER = UNITS / "zgoda-recorder.service"
DROP_INS = UNITS / "opt-in/zgoda-recorder.service.d"
NAMES = ["isdn-kernel.conf", "l1oip.conf"]


def lines(path: Path, name: str) -> list[str]:
    return re.findall(rf"^{name}=(.*)$", path.read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize("name", NAMES)
def test_systemd_understands_the_recorder_with_it(tmp_path: Path, name: str) -> None:
    for unit in UNITS.glob("*.service"):
        text = unit.read_text("utf-8").replace("/opt/zgoda/bin/zgoda", "/bin/true")
        (tmp_path / unit.name).write_text(text)
    folder = tmp_path / "zgoda-recorder.service.d"
    folder.mkdir()
    (folder / name).write_text((DROP_INS / name).read_text("utf-8"))
    command = ["systemd-analyze", "verify", "--man=no", str(tmp_path / RECORDER.name)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    said = [line for line in done.stderr.splitlines() if "zgoda" in line]
    assert (done.returncode, said) == (0, [])


def test_without_them_the_recorder_has_no_network_and_no_isdn() -> None:
    assert lines(RECORDER, "PrivateNetwork") == ["yes"]
    assert lines(RECORDER, "IPAddressDeny") == ["any"]
    assert lines(RECORDER, "RestrictAddressFamilies") == ["AF_UNIX"]
    assert {path.name for path in DROP_INS.iterdir()} == set(NAMES)


def test_with_l1oip_it_reaches_this_computer_alone_by_two_udp_ports() -> None:
    path = DROP_INS / "l1oip.conf"
    assert lines(path, "IPAddressAllow") == ["localhost"]
    assert lines(path, "SocketBindDeny") == ["any"]
    assert lines(path, "SocketBindAllow") == ["udp:9301", "udp:9302"]
    assert lines(path, "RestrictAddressFamilies") == ["AF_UNIX AF_INET AF_INET6"]


def test_with_the_kernels_cards_it_still_has_no_network() -> None:
    path = DROP_INS / "isdn-kernel.conf"
    assert lines(path, "RestrictAddressFamilies") == ["AF_UNIX AF_ISDN"]
    assert lines(path, "PrivateNetwork") == []
