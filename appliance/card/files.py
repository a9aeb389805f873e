"""Say what the files of a running box hold, by the settings on its card.

All of them lie in memory and are written anew at each start: the system itself is never changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from appliance.card.board.chip import FILE as CHIP
from appliance.card.settings import ZONES, CardSettings
from appliance.card.sticks import FOLDER
from appliance.card.usb import NETWORK

ANSWER = "/run/zgoda-card"
BOARD_SECRET = f"{ANSWER}/board-secret"
BOARD_STATE = f"{ANSWER}/board"
"""One word for what the board holds of a key: none, blank, part, foreign, whole."""

CHIP_STATE = f"{ANSWER}/chip"
"""One word for how a clock module's chip stands; empty: there is none."""

ERASERS = {"board": f'board_secret = "{BOARD_SECRET}"', "eeprom": f'eeprom = "{CHIP}"'}
"""What else an eraser asks for that is not the plain file."""

AUTHORIZED_KEYS = f"{ANSWER}/authorized_keys"
"""The key whose owner may log in as root; no file: nobody."""

_SSH_COMES_IN = "ip saddr @near4 tcp dport 22 accept\nip6 saddr @near6 tcp dport 22 accept\n"
"""As firmware-config/firewall/ssh.nft has it for those who ask: from the local network alone."""

_LOOPBACK = "127.0.0.1\tlocalhost\n::1\tlocalhost\n"


@dataclass(frozen=True, slots=True)
class CardFile:
    """A file that is to be there."""

    text: str
    mode: int = 0o644


def card_files(settings: CardSettings, eraser: str = "file") -> Mapping[str, CardFile]:
    """Return what is to be written, by its path.

    Args:
        settings: of the card.
        eraser: where the keyring's root lies: a ``file``, under a secret of the ``board``, or in
            the ``eeprom`` of its clock module.
    """
    files = {
        "/etc/hostname": CardFile(f"{settings.name}\n"),
        "/etc/hosts": CardFile(f"{_LOOPBACK}127.0.1.1\t{settings.name}.local {settings.name}\n"),
        "/etc/zgoda/zgoda.toml": CardFile(_seed(settings, eraser)),
        "/run/systemd/network/10-zgoda.network": CardFile(_network(_by_cable(settings), "e* usb*")),
    }
    if settings.time_server:
        files["/run/systemd/timesyncd.conf.d/10-zgoda.conf"] = CardFile(
            f"[Time]\nNTP={settings.time_server}\n"
        )
    if settings.wifi:
        files["/run/systemd/network/11-zgoda-wifi.network"] = CardFile(_network(settings, "wl*"))
        files["/etc/wpa_supplicant/wpa_supplicant-wlan0.conf"] = CardFile(_wifi(settings), 0o600)
    if settings.usb_network:
        files[f"{ANSWER}/usb-drivers"] = CardFile("".join(f"{name}\n" for name in NETWORK))
    if settings.ssh_key:
        files[AUTHORIZED_KEYS] = CardFile(f"{settings.ssh_key}\n")
        files["/etc/zgoda/firewall/in/ssh.nft"] = CardFile(_SSH_COMES_IN)
    return files


def card_links(settings: CardSettings) -> Mapping[str, str]:
    """Return the links that are to be there, and where each leads."""
    return {"/etc/localtime": str(ZONES / settings.time_zone)}


def _seed(settings: CardSettings, eraser: str) -> str:
    vault = f'\n[vault]\neraser = "{eraser}"\n{ERASERS[eraser]}\n' if eraser in ERASERS else ""
    return (
        "# Written at each start, by what the card says; the panel's settings go before it.\n"
        "fresh = true\n\n"
        "[panel]\n"
        'host = "0.0.0.0"\n'
        f'names = ["{settings.name}.local"]\n'
        'certificate = "/etc/zgoda/tls/panel.pem"\n'
        'key = "/etc/zgoda/tls/panel.key"\n\n'
        "[backup]\n"
        f'folder = "{FOLDER}"\n'
        'every = "day"\n'
        f"{vault}"
    )


def _by_cable(settings: CardSettings) -> CardSettings:
    """Return the settings of the cable: one address is for one way, and the radio goes first."""
    return replace(settings, address="", gateway="") if settings.wifi else settings


def _network(settings: CardSettings, cards: str) -> str:
    lines = ["[Match]", f"Name={cards}", "", "[Network]"]
    if settings.address:
        lines += ["DHCP=no", f"Address={settings.address}"]
        lines += [f"Gateway={settings.gateway}"] if settings.gateway else []
    else:
        lines.append("DHCP=yes")
    lines += [f"DNS={settings.dns}"] if settings.dns else []
    lines += ["MulticastDNS=yes", "LLMNR=no"]
    # The system's own number is new at every start; the network is to know the box again.
    lines += ["", "[DHCPv4]", "ClientIdentifier=mac", "", "[DHCPv6]", "DUIDType=link-layer"]
    return "".join(f"{line}\n" for line in lines)


def _wifi(settings: CardSettings) -> str:
    return (
        f"country={settings.country}\n"
        "network={\n"
        f'\tssid="{settings.wifi}"\n'
        f'\tpsk="{settings.wifi_password}"\n'
        "\tkey_mgmt=WPA-PSK SAE WPA-PSK-SHA256\n"
        "\tieee80211w=1\n"
        "}\n"
    )
