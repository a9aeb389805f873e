"""Draw settings from what is declared: mostly good values, some that nobody should write."""

import random
from collections.abc import Mapping
from typing import Any

from appliance import toml
from appliance.config.declare import OfficeFacts, Setting, asked
from appliance.config.drivers.driver import DeviceKind, Driver, Options, named
from appliance.config.drivers.known import BY_NAME, DRIVERS
from appliance.config.mistakes import Invalid
from appliance.config.read import trial_text
from appliance.config.settings import Front, Line, Office, Panel

POOL = (
    *("/dev/serial/by-id/usb-a", "/dev/serial/by-id/usb-b", "/dev/ttyACM9", "/dev/null"),
    *("Tap", "Other", "usb-1.2", "te.1", "nt.1", "lm1", "whozz", "optocouplers", "netcallerid"),
    *("conexant", "usr5637", "silabs", "generic", "hayes", "-1", "dcd", "not dcd", "ri", "not cts"),
    *("127.0.0.1:9311", "127.0.0.1:9312", "127.0.0.1:9301", "[::1]:9302", "10.8.0.2:9311"),
    *("5a2b4c6d", "0", "9", "127.0.0.1", "::1", "localhost", "10.20.30.40", "box.lan"),
    *("Reception", "Büro 2", "+48221234567", "022 123 45 68", "2027-01-11", "PL", "DE"),
)
"""Texts of which each suits one kind of setting or another."""

NOBODYS: tuple[Any, ...] = (
    -1,
    0,
    10**30,
    True,
    "",
    " ",
    "x" * 500,
    "\x00",
    "-1",
    "../../etc",
    [],
    {},
    ["a", "a"],
)
"""Values that a form or a file may hold all the same."""

_BESIDE = ("monitor", "modem")
"""Drivers that see the phone beside a sound adapter."""


class Drawn:
    """Settings drawn one after the other, all from one seed."""

    def __init__(self, seed: int) -> None:
        """Begin."""
        self._random = random.Random(seed)
        self._good = toml.loads(trial_text())
        self._simulated = False  # the lines of the settings: all of them, or none

    def values(self, vault: Mapping[str, Any]) -> dict[str, Any]:
        """Return the next settings whole, with a table that only root may say."""
        values = {**self._good, "vault": dict(vault)}
        self._simulated = self._chance(0.3)
        values["office"] = {**values["office"], **self._some(Office, ("pause_minutes",))}
        values["line"] = [self._line(number) for number in range(self._random.choice((1, 1, 2, 3)))]
        if self._chance(0.3):
            values["panel"] = self._some(Panel, ("host", "port", "names"))
        if self._chance(0.2):
            values["front"] = self._some(Front, ("green", "amber", "red", "button"))
        return values

    def _line(self, number: int) -> dict[str, Any]:
        line = {**self._good["line"][0], **self._some(Line, ("kind", "records_from"))}
        line |= {"name": f"Line {number + 1}", "number": f"+4822123456{number}"}
        parts = {role: self._part(role, name) for role, name in self._drivers().items()}
        if self._chance(0.9):
            self._share(parts)
        return line | parts

    def _share(self, parts: dict[str, dict[str, Any]]) -> None:
        """Let the roles of one driver have one device."""
        for role, part in parts.items():
            for key in ("card", "port"):
                others = [each for each in parts.values() if each["driver"] == part["driver"]]
                if key in part and role != "hook" and key in others[0]:
                    part[key] = others[0][key]

    def _drivers(self) -> dict[str, str]:
        """Return a driver for each role: mostly some that go together."""
        if self._chance(0.05):
            return {
                role: self._random.choice([each.name for each in DRIVERS if role in each.roles])
                for role in ("hook", "audio", "prompt")
            }
        if self._simulated:
            return dict.fromkeys(("hook", "audio", "prompt"), "exchange")
        if self._chance(0.6):
            whole = [each.name for each in DRIVERS if len(each.roles) == 3 and not each.simulated]
            return dict.fromkeys(("hook", "audio", "prompt"), self._random.choice(whole))
        return {"hook": self._random.choice(_BESIDE), "audio": "sound", "prompt": "sound"}

    def _part(self, role: str, name: str) -> dict[str, Any]:
        driver = BY_NAME[name]
        options, kind = self._options(driver, role)
        part = {each.key: self._value(each) for each in asked(options) if self._given(each)}
        for key, names in named(options).items():
            if key in part and names is DeviceKind.PORT and self._chance(0.97):
                part[key] = self._random.choice([text for text in POOL if text.startswith("/dev/")])
        return {"driver": name, **part, **(kind if self._chance(0.95) else {})}

    def _options(self, driver: Driver, role: str) -> tuple[type[Options], dict[str, str]]:
        """Return the options of one kind, and what says that they are of it."""
        declared = driver.role(role)
        if not declared.by:
            return declared.plain, {}
        kind = self._random.choice(list(declared.kinds))
        return declared.kinds[kind], {declared.by: kind}

    def _given(self, setting: Setting) -> bool:
        return self._chance(0.99 if setting.needed else 0.4)

    def _some(self, section: type, keys: tuple[str, ...]) -> dict[str, Any]:
        chosen = [each for each in asked(section) if each.key in keys and self._chance(0.5)]
        return {each.key: self._value(each) for each in chosen}

    def _value(self, setting: Setting) -> Any:
        if self._chance(0.02):
            return self._random.choice(NOBODYS)
        kind = setting.kind
        if kind.form == "flag":
            return self._chance(0.7)
        if kind.limits:
            low, high = kind.limits
            drawn = [
                low - 1,
                low,
                high,
                high + 1,
                *(self._random.randint(low, high) for _ in "123"),
            ]
            return self._random.choice([each for each in drawn if _suits(setting, each)] or drawn)
        if kind.known:
            return self._random.choice(list(kind.words))
        texts = [text for text in POOL if _suits(setting, text)]
        if kind.form == "lines":
            return self._random.sample([text for text in POOL if _suits(setting, [text])], 1)
        return self._random.choice(texts or POOL)

    def _chance(self, share: float) -> bool:
        return self._random.random() < share


def _suits(setting: Setting, value: object) -> bool:
    try:
        more = {"office": OfficeFacts()} if setting.kind.of_office else {}
        setting.kind.check(value, **more)
    except Invalid:
        return False
    return True
