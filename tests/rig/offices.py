"""Write configurations for a line with real drivers: adapter and monitor, modem, or ISDN."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from appliance.config.read import load, trial
from appliance.config.settings import Config
from tests.prompts.short import worded

_OFFICE = """\
# One line with its real drivers.

[office]
name = "Kancelaria Nowak"
controller = "Kancelaria Nowak sp. k., Warszawa"
contact = "rodo@kancelaria.example"
country = "PL"
languages = ["pl", "en", "de"]
{spoken}

[[line]]
name = "Reception"
number = "+48221234567"
hook = {hook}
audio = {audio}
prompt = {prompt}
purposes = ["training", "quality"]
choices = {{ "1" = ["training", "quality"], "4" = ["training"], "6" = ["quality"], "2" = [] }}
"""

_PURPOSE = """
[[purpose]]
id = "{id}"
basis = "consent"
full = {full}
short = {short}
label = {label}
retention_days = 90
"""


Options = Mapping[str, str | int]


@dataclass(frozen=True)
class Devices:
    """The three parts of a line's configuration: each its driver and options."""

    hook: Options
    audio: Options
    prompt: Options


def beside(hook: Options, card: str, *, stereo: bool = True) -> Devices:
    """Return a line with a sound adapter beside what sees its hook.

    Args:
        hook: driver and options of what sees it.
        card: the adapter.
        stereo: the adapter is a V/I tap: voltage and current.
    """
    sides = {"sides": "voltage/current"} if stereo else {}
    sound = {"driver": "sound", "card": card}
    return Devices(hook, {**sound, **sides}, sound)


def write_office(file: Path, devices: Devices, *, short: bool = False) -> Config:
    """Write a configuration and return it as it is read.

    Args:
        file: where to.
        devices: of its line.
        short: its prompts take 4 s at most.
    """
    config = trial()  # the shipped prompts say its words
    says = ("controller_says", "legal_name_says", "notice_says")
    spoken = "\n".join(f"{form} = {_table(getattr(config.office, form))}" for form in says)
    parts = {part: _table(getattr(devices, part)) for part in ("hook", "audio", "prompt")}
    text = _OFFICE.format(**parts, spoken=spoken)
    for purpose in config.purposes:
        forms = {form: _table(getattr(purpose, form)) for form in ("full", "short", "label")}
        text += _PURPOSE.format(id=purpose.id, **forms)
    file.write_text(worded(text) if short else text, "utf-8")
    return load(file)


def _table(values: Mapping[str, str | int]) -> str:
    pairs = (f"{key} = {_value(value)}" for key, value in values.items())
    return "{ " + ", ".join(pairs) + " }"


def _value(value: str | int) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value).lower()
