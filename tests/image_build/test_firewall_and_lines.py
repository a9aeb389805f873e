"""A firewall that would cut a telephone line through a VPN is refused."""

from pathlib import Path

import pytest

from tests.image_build.trees import SEED, laid, refused, system

TUNNEL = """
[[line]]
name = "Office"
hook = { driver = "isdn", transport = "l1oip", mode = "bridge", over_vpn = true, id = "5a2b4c6d",
         network = "10.8.0.2:9311", network_here = "10.8.0.1:9301",
         terminal = "127.0.0.1:9312", terminal_here = "127.0.0.1:9302" }
""".replace(",\n        ", ",")
OURS_OUT, OURS_IN = "etc/zgoda/firewall/out/own.nft", "etc/zgoda/firewall/in/own.nft"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return system(tmp_path)


def put(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)


@pytest.mark.parametrize("ssh", ["ssh", "no-ssh"])
@pytest.mark.parametrize("place", [SEED, "var/lib/zgoda/settings/zgoda.toml"])
def test_a_line_through_a_vpn_is_not_cut(
    root: Path, capsys: pytest.CaptureFixture[str], place: str, ssh: str
) -> None:
    put(root, SEED, "fresh = true\n")
    put(root, place, TUNNEL)
    said = refused(root, capsys, "--firewall", ssh)
    assert said.startswith("The firewall would cut the line Office from 10.8.0.2, and the telephon")
    assert "dead, for emergency calls too: write the rule" in said
    assert said.count("\n") == 1
    laid(root)  # nothing else minds it

    put(root, OURS_OUT, said.split("'")[1] + "\n")
    laid(root, "firewall")


@pytest.mark.parametrize(
    ("path", "rule", "is_enough"),
    [
        (OURS_OUT, 'oifname "wg0" accept', True),
        (OURS_OUT, "ip daddr { 10.8.0.0/24, 10.9.0.0/24 } udp dport 9000-9400 accept", True),
        (OURS_IN, "ip saddr 10.8.0.2 udp dport 9301 accept", True),
        (OURS_OUT, "ip saddr 10.8.0.2 ip daddr 10.8.0.7 udp dport 9311 accept", False),
        (OURS_OUT, "ip daddr 10.8.0.2 tcp dport 9311 accept", False),
        (OURS_IN, "ip saddr 10.8.0.2 udp dport 9311 accept", False),
        (OURS_IN, "ip6 saddr @near6 udp dport 9301 accept", False),
    ],
)
def test_a_rule_of_the_owners_lets_the_line_pass(
    root: Path, capsys: pytest.CaptureFixture[str], path: str, rule: str, *, is_enough: bool
) -> None:
    put(root, SEED, TUNNEL)
    put(root, path, f"# the VPN\n{rule}\n")
    if is_enough:
        laid(root, "firewall")
    else:
        assert "would cut the line" in refused(root, capsys, "--firewall", "no-ssh")


def test_a_tap_has_no_telephones_behind_it(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    peer = TUNNEL.replace("bridge", "tap").replace("127.0.0.1:9312", "[fd00::2]:9312")
    put(root, SEED, peer)
    said = refused(root, capsys, "--firewall", "no-ssh")
    assert "telephones" not in said
    assert "ip6 daddr fd00::2 udp dport 9312 accept" in said


@pytest.mark.parametrize(
    "text",
    [
        TUNNEL.replace("10.8.0.2", "127.0.0.1"),
        TUNNEL.replace('"10.8.0.2:9311"', "7"),
        "fresh = true\n",
        "line = 7\n",
        "line = [1]\n",
        "[[line]]\nhook = 7\n",
        "[[",
        "\xff",
    ],
)
def test_what_goes_to_no_other_machine_is_not_cut(root: Path, text: str) -> None:
    (root / SEED).parent.mkdir(parents=True)
    (root / SEED).write_text(text, "latin-1")
    laid(root, "firewall")


def test_what_the_panel_took_back_is_no_line(root: Path) -> None:
    put(root, SEED, TUNNEL)
    put(root, "var/lib/zgoda/settings/zgoda.toml", "fresh = true\n")
    laid(root, "firewall")
