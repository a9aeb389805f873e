"""Keep and tell what a modem is set to: S registers, parameters of V.250 and V.253."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from appliance.exchange.modem.commands import Command
from appliance.exchange.modem.profile import EmulatedParameter, EmulatedProfile

_OFF_ON = EmulatedParameter(value="0", range="(0,1)", takes="[01]")

_STANDARD: Mapping[str, EmulatedParameter] = {
    "+FLO": EmulatedParameter(value="2", range="(0-2)", takes="[012]"),
    "+GCI": EmulatedParameter(value="8A", range="(8A)", takes='"?[0-9A-F]{2}"?'),
    "+ICF": EmulatedParameter(value="3,0", range="(3),(0)", takes="3(,0)?"),
    "+IFC": EmulatedParameter(value="2,2", range="(0-3),(0-2)", takes="[0-3](,[0-2])?"),
    "+ILRR": _OFF_ON,
    "+IPR": EmulatedParameter(
        value="0", range="(),(0,9600,19200,38400,57600,115200)", takes=r"\d{1,6}"
    ),
    "+VBT": EmulatedParameter(value="192,320", range="192,320"),
    "+VCID": EmulatedParameter(value="0", range="(0-2)", takes="[012]"),
    "+VDID": _OFF_ON,
    "+VDR": EmulatedParameter(value="0,0", range="(0,1),(0-255)"),
    "+VDT": EmulatedParameter(value="0,0", range="(0,1),(0-255)"),
    "+VEM": EmulatedParameter(value="0", range='("C"BB860980,"B"BFE63883)', takes=r"[^;]{1,40}"),
    "+VGR": EmulatedParameter(value="128", range="(0-255)", takes=r"\d{1,3}"),
    "+VGT": EmulatedParameter(value="128", range="(0-255)", takes=r"\d{1,3}"),
    "+VIP": EmulatedParameter(value="0", range="(0)", takes="0"),
    "+VIT": EmulatedParameter(value="0", range="(0-255)", takes=r"\d{1,3}"),
    "+VNH": EmulatedParameter(value="0", range="(0-2)", takes="[012]"),
    "+VPR": EmulatedParameter(value="0", range="(0)", takes=r"\d{1,4}"),
    "+VRA": EmulatedParameter(value="0", range="(0-255)", takes=r"\d{1,3}"),
    "+VRN": EmulatedParameter(value="0", range="(0-255)", takes=r"\d{1,3}"),
    "+VSD": EmulatedParameter(value="128,0", range="(0-255),(0-255)", takes=r"\d{1,3},\d{1,3}"),
    "+VSP": _OFF_ON,
    "+VTD": EmulatedParameter(value="100", range="(1-500)", takes=r"[1-9]\d{0,2}"),
}
_BASIC = (
    frozenset("BCEFLMNPQTVWXY")
    | {f"&{letter}" for letter in "CDGKLMPQRSTWY"}
    | {
        *("\\A", "\\G", "\\N", "\\V", "%C", "%E"),
    }
)
"""Commands of one letter that are taken, with a number of one digit."""

_AFTER_RESET = {"E": "1", "L": "1", "M": "1", "V": "1", "X": "4", "&C": "1", "&D": "2", "&K": "3"}
"""Those whose value is not 0 then."""

_SHOWN = ("E", "L", "M", "Q", "V", "X", "&C", "&D", "&K")

_S = {"S0": 0, "S1": 0, "S2": 43, "S3": 13, "S4": 10, "S5": 8, "S6": 2, "S7": 50, "S8": 2}


class CommandError(Exception):
    """The modem answers ERROR."""


@dataclass(slots=True)
class Registers:
    """Everything that a modem keeps."""

    profile: EmulatedProfile
    _letters: dict[str, str] = field(default_factory=dict)
    _values: dict[str, str] = field(default_factory=dict)
    _s: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Return to the maker's values."""
        self._letters = dict(_AFTER_RESET)
        self._s = dict(_S)
        self._values = {name: each.value for name, each in self._known().items()}

    @property
    def echo(self) -> bool:
        """Return whether what is typed is sent back."""
        return self._letter("E") != "0"

    @property
    def words(self) -> bool:
        """Return whether results are words; otherwise they are digits."""
        return self._letter("V") != "0"

    @property
    def silent(self) -> bool:
        """Return whether no result is printed."""
        return self._letter("Q") != "0"

    @property
    def heeds_dtr(self) -> bool:
        """Return whether the fall of DTR means anything."""
        return self._letter("&D") != "0"

    def _letter(self, name: str) -> str:
        return self._letters.get(name, "0")

    def _known(self) -> dict[str, EmulatedParameter]:
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
            CommandError: the modem does not know it, or not with this value.
        """
        name = command.name
        asked = name + {"read": "?", "test": "=?"}.get(command.op, command.value)
        if asked in self.profile.answers:
            return list(self.profile.answers[asked])
        if name[0] in "+-#":
            return self._parameter(command)
        if re.fullmatch(r"S\d+", name):
            return self._register(command)
        return self._basic(command)

    def _parameter(self, command: Command) -> list[str]:
        known = self._known().get(command.name)
        if known is None or command.op == "do":
            raise CommandError
        if command.op == "read":
            return [self._values[command.name]]
        if command.op == "test":
            return [known.range]
        if not re.fullmatch(known.takes, command.value):
            raise CommandError
        if any(int(figure) > 255 for figure in re.findall(r"\d+", command.value)) and (
            known.takes.startswith(r"\d{1,3}")
        ):
            raise CommandError
        self._values[command.name] = command.value
        return []

    def _register(self, command: Command) -> list[str]:
        if command.op == "read":
            return [f"{self.s(command.name):03d}"]
        value = int(command.value or 0)
        if value > 255:
            raise CommandError
        self._s[command.name] = value
        return []

    def _basic(self, command: Command) -> list[str]:
        if command.name == "&V":
            return ["ACTIVE PROFILE:", " ".join(name + self._letter(name) for name in _SHOWN)]
        if command.name not in _BASIC or len(command.value) > 1:
            raise CommandError
        self._letters[command.name] = command.value or "0"
        return []
