"""Keep and tell what a modem is set to: S registers, parameters of V.250 and V.253."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from appliance.exchange.modem.commands import Command
from appliance.exchange.modem.profile import ModemProfile, Parameter

_OFF_ON = Parameter(value="0", range="(0,1)", takes="[01]")

_STANDARD: Mapping[str, Parameter] = {
    "+FLO": Parameter(value="2", range="(0-2)", takes="[012]"),
    "+GCI": Parameter(value="8A", range="(8A)", takes='"?[0-9A-F]{2}"?'),
    "+ICF": Parameter(value="3,0", range="(3),(0)", takes="3(,0)?"),
    "+IFC": Parameter(value="2,2", range="(0-3),(0-2)", takes="[0-3](,[0-2])?"),
    "+ILRR": _OFF_ON,
    "+IPR": Parameter(value="0", range="(),(0,9600,19200,38400,57600,115200)", takes=r"\d{1,6}"),
    "+VBT": Parameter(value="192,320", range="192,320"),
    "+VCID": Parameter(value="0", range="(0-2)", takes="[012]"),
    "+VDID": _OFF_ON,
    "+VDR": Parameter(value="0,0", range="(0,1),(0-255)"),
    "+VDT": Parameter(value="0,0", range="(0,1),(0-255)"),
    "+VEM": Parameter(value="0", range='("C"BB860980,"B"BFE63883)', takes=r"[^;]{1,40}"),
    "+VGR": Parameter(value="128", range="(0-255)", takes=r"\d{1,3}"),
    "+VGT": Parameter(value="128", range="(0-255)", takes=r"\d{1,3}"),
    "+VIP": Parameter(value="0", range="(0)", takes="0"),
    "+VIT": Parameter(value="0", range="(0-255)", takes=r"\d{1,3}"),
    "+VNH": Parameter(value="0", range="(0-2)", takes="[012]"),
    "+VPR": Parameter(value="0", range="(0)", takes=r"\d{1,4}"),
    "+VRA": Parameter(value="0", range="(0-255)", takes=r"\d{1,3}"),
    "+VRN": Parameter(value="0", range="(0-255)", takes=r"\d{1,3}"),
    "+VSD": Parameter(value="128,0", range="(0-255),(0-255)", takes=r"\d{1,3},\d{1,3}"),
    "+VSP": _OFF_ON,
    "+VTD": Parameter(value="100", range="(1-500)", takes=r"[1-9]\d{0,2}"),
}
_BASIC = (
    frozenset("BCEFLMNPQTVWXY")
    | {f"&{letter}" for letter in "CDGKLMPQRSTVWY"}
    | {
        *("\\A", "\\G", "\\N", "\\V", "%C", "%E"),
    }
)
"""Commands of one letter that change nothing here but are taken, with a number of one digit."""

_S = {"S0": 0, "S1": 0, "S2": 43, "S3": 13, "S4": 10, "S5": 8, "S6": 2, "S7": 50, "S8": 2}


class Refused(Exception):
    """The modem answers ERROR."""


@dataclass(slots=True)
class Registers:
    """Everything that a modem keeps."""

    profile: ModemProfile
    echo: bool = True
    words: bool = True  # V1; results are digits otherwise
    silent: bool = False  # Q1
    heeds_dtr: bool = True  # &D1 to &D3
    _values: dict[str, str] = field(default_factory=dict)
    _s: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Return to the maker's values."""
        self.echo, self.words, self.silent, self.heeds_dtr = True, True, False, True
        self._s = dict(_S)
        self._values = {name: each.value for name, each in self._known().items()}

    def _known(self) -> dict[str, Parameter]:
        known = {**_STANDARD, **self.profile.parameters}
        return {name: each for name, each in known.items() if name not in self.profile.lacks}

    def value(self, name: str) -> str:
        """Return a parameter's value; empty if the modem lacks it."""
        return self._values.get(name, "")

    def number(self, name: str, place: int = 0) -> int:
        """Return one figure of a parameter; 0 if it has none there."""
        figures = self.value(name).split(",")
        return int(figures[place]) if place < len(figures) and figures[place].isdigit() else 0

    def s(self, name: str) -> int:
        """Return an S register."""
        return self._s.get(name, 0)

    @property
    def flow_control(self) -> bool:
        """Return whether the modem can hold the host back."""
        return self.number("+IFC", 1) == 2 and self.value("+FLO") != "0"

    def obey(self, command: Command) -> list[str]:
        """Carry out a command that only reads or writes here; return the lines that it prints.

        Raises:
            Refused: the modem does not know it, or not with this value.
        """
        name = command.name
        asked = name + {"read": "?", "test": "=?"}.get(command.op, command.value)
        if asked in self.profile.answers:
            return list(self.profile.answers[asked])
        if name[0] in "+-#":
            return self._parameter(command)
        if re.fullmatch(r"S\d+", name):
            return self._register(command)
        self._basic(command)
        return []

    def _parameter(self, command: Command) -> list[str]:
        known = self._known().get(command.name)
        if known is None or command.op == "do":
            raise Refused
        if command.op == "read":
            return [self._values[command.name]]
        if command.op == "test":
            return [known.range]
        if not re.fullmatch(known.takes, command.value):
            raise Refused
        if any(int(figure) > 255 for figure in re.findall(r"\d+", command.value)) and (
            known.takes.startswith(r"\d{1,3}")
        ):
            raise Refused
        self._values[command.name] = command.value
        return []

    def _register(self, command: Command) -> list[str]:
        if command.op == "read":
            return [f"{self.s(command.name):03d}"]
        value = int(command.value or 0)
        if value > 255:
            raise Refused
        self._s[command.name] = value
        return []

    def _basic(self, command: Command) -> None:
        if command.name not in _BASIC or len(command.value) > 1:
            raise Refused
        on = command.value not in {"", "0"}
        if command.name == "E":
            self.echo = on
        elif command.name == "V":
            self.words = on
        elif command.name == "Q":
            self.silent = on
        elif command.name == "&D":
            self.heeds_dtr = on
