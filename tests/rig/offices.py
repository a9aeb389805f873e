"""Write configurations for a line with real drivers: sound adapter, line monitor or modem."""

from collections.abc import Mapping
from pathlib import Path

from appliance.config.read import load, trial
from appliance.config.settings import Config
from tests.prompts.short import worded

_OFFICE = """\
# One line with its real drivers: a sound adapter on the line, and what sees its hook.

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
audio = {{ driver = "sound", card = "{card}"{sides} }}
prompt = {{ driver = "sound", card = "{card}" }}
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


def write_office(
    file: Path,
    hook: Mapping[str, str | int],
    card: str,
    *,
    stereo: bool = True,
    short: bool = False,
) -> Config:
    """Write a configuration and return it as it is read.

    Args:
        file: where to.
        hook: what sees the hook: driver and options.
        card: the sound adapter.
        stereo: the adapter is a V/I tap: voltage and current.
        short: its prompts take 4 s at most.
    """
    sides = ', sides = "voltage/current"' if stereo else ""
    config = trial()  # the shipped prompts say its words
    says = ("controller_says", "legal_name_says", "notice_says")
    spoken = "\n".join(f"{form} = {_table(getattr(config.office, form))}" for form in says)
    text = _OFFICE.format(hook=_table(hook), card=card, sides=sides, spoken=spoken)
    for purpose in config.purposes:
        forms = {form: _table(getattr(purpose, form)) for form in ("full", "short", "label")}
        text += _PURPOSE.format(id=purpose.id, **forms)
    file.write_text(worded(text) if short else text, "utf-8")
    return load(file)


def _table(values: Mapping[str, str | int]) -> str:
    pairs = (f"{key} = {_value(value)}" for key, value in values.items())
    return "{ " + ", ".join(pairs) + " }"


def _value(value: str | int) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)
