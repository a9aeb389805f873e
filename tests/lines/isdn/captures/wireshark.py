"""Let Wireshark's programs read our captures, and write some for us."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from appliance.lines.isdn import lapd, tei
from appliance.lines.isdn.frames import DFrame
from appliance.lines.isdn.lapd import Control
from appliance.lines.isdn.q931 import message
from appliance.lines.isdn.q931.elements import Ident
from appliance.lines.isdn.q931.numbers import PartyNumber, Presentation

GOLDEN = Path(__file__).parent / "golden"
BY_HAND = GOLDEN / "by_hand.txt"

_FIELDS = (
    "frame.time_epoch",
    "lapd.sapi",
    "lapd.tei",
    "lapd.control.n_s",
    "lapd.control.n_r",
    "tei_management.msg",
    "tei_management.reference",
    "q931.call_ref",
    "q931.call_ref_flag",
    "q931.message_type",
    "q931.information_transfer_capability",
    "q931.cause_value",
    "q931.cause_location",
    "q931.channel.selection",
    "q931.channel.exclusive",
    "q931.calling_party_number.digits",
    "q931.presentation_ind",
    "q931.called_party_number.digits",
    "q931.connected_number.digits",
    "q931.keypad_facility",
    "q931.display_information",
    "q931.restart_indicator",
    "q931.sending_complete",
)


def dissected(path: Path) -> list[dict[str, str]]:
    """Return what tshark reads in each frame of a capture: its fields with their values."""
    fields = [part for name in _FIELDS for part in ("-e", name)]
    told = _run("tshark", "-r", path, "-T", "fields", "-E", "separator=/t", *fields)
    rows = [line.split("\t") for line in told.splitlines()]
    return [{name: each for name, each in zip(_FIELDS, row, strict=True) if each} for row in rows]


def written_by_text2pcap(hexdump: Path, path: Path, *options: str) -> Path:
    """Let text2pcap write a capture of typed octets."""
    times = ("-t", "%Y-%m-%d %H:%M:%S.%f")
    _run("text2pcap", "-q", *times, *options, hexdump, path)
    return path


def _run(*command: str | Path) -> str:
    done = subprocess.run(
        command, check=True, capture_output=True, text=True, env={**os.environ, "TZ": "UTC"}
    )
    return done.stdout


@dataclass(frozen=True)
class Read:
    """What this project reads in a frame, in the words of tshark's fields."""

    frame: DFrame

    @property
    def fields(self) -> dict[str, str]:
        found = lapd.decode(self.frame.data)
        assert found is not None
        fields = {
            "frame.time_epoch": "{}.{:06}000".format(*divmod(self.frame.at_us, 1_000_000)),
            "lapd.sapi": str(found.sapi),
            "lapd.tei": str(found.tei),
        }
        if found.control is Control.I:
            fields["lapd.control.n_s"] = str(found.sent)
        if found.control in {Control.I, Control.RR, Control.RNR, Control.REJ}:
            fields["lapd.control.n_r"] = str(found.received)
        managed = tei_of(found)
        return fields | (managed or message_of(found.information))


def tei_of(frame: lapd.LapdFrame) -> dict[str, str] | None:
    managed = tei.decode(frame)
    if managed is None:
        return None
    reference = str(managed.reference)
    return {"tei_management.msg": str(int(managed.act)), "tei_management.reference": reference}


def message_of(octets: bytes) -> dict[str, str]:
    found = message.decode(octets)
    if found is None:
        return {}
    channel, cause = found.channel, found.cause
    selection = None
    if channel is not None:
        selection = 3 if channel.any else channel.number or 0
    calling = found.party(Ident.CALLING)
    connected = found.party(Ident.CONNECTED)
    bearer = found.contents(Ident.BEARER)
    complete = None if found.contents(Ident.SENDING_COMPLETE) is None else 1
    called = found.called if found.contents(Ident.CALLED) is not None else None
    keys = found.called if found.contents(Ident.KEYPAD) is not None else None
    return {
        name: str(value)
        for name, value in {
            "q931.call_ref": f"{found.reference:02x}",
            "q931.call_ref_flag": not found.from_originator,
            "q931.message_type": f"0x{found.type:02x}",
            "q931.information_transfer_capability": bearer and f"0x{bearer[0] & 0x1F:02x}",
            "q931.cause_value": None if cause is None else cause.value,
            "q931.cause_location": None if cause is None else cause.location,
            "q931.channel.selection": None if selection is None else f"0x{selection:02x}",
            "q931.channel.exclusive": None if channel is None else channel.exclusive,
            "q931.calling_party_number.digits": calling and calling.number,
            "q931.presentation_ind": presentation(calling or connected),
            "q931.called_party_number.digits": called,
            "q931.connected_number.digits": connected and connected.number,
            "q931.keypad_facility": keys,
            "q931.display_information": found.name,
            "q931.restart_indicator": coded(found.value(Ident.RESTART)),
            "q931.sending_complete": complete,
        }.items()
        if value is not None
    }


def coded(value: int | None) -> str | None:
    return None if value is None else f"0x{value:02x}"


def presentation(number: PartyNumber | None) -> str | None:
    if number is None:
        return None
    return f"0x{list(Presentation).index(number.presentation):02x}"
