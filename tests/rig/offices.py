"""Write configurations for a line with real drivers: sound adapter and serial line monitor."""

from pathlib import Path

from appliance.config.read import load
from appliance.config.settings import Config

_OFFICE = """\
# One line with its real drivers: a sound adapter on the line and a serial line monitor.

[office]
name = "Kancelaria Nowak"
controller = "Kancelaria Nowak sp. k., Warszawa"
contact = "rodo@kancelaria.example"
country = "PL"
languages = ["pl", "en", "de"]

[[line]]
name = "Reception"
number = "+48221234567"
hook = {{ driver = "monitor", dialect = "lm1", port = "{port}" }}
audio = {{ driver = "sound", card = "{card}"{sides} }}
prompt = {{ driver = "sound", card = "{card}" }}
purposes = ["training", "quality"]
choices = {{ "1" = ["training", "quality"], "3" = ["training"], "2" = [] }}
"""

_PURPOSE = """
[[purpose]]
id = "{id}"
basis = "consent"
says = {{ pl = "{pl}", en = "{en}", de = "{de}" }}
retention_days = 90
"""

_SAYS = {
    "training": (
        "szkolenia naszych pracowników",
        "training our staff",
        "Schulung unserer Mitarbeiter",
    ),
    "quality": ("kontroli jakości", "quality control", "Qualitätssicherung"),
}
"""What the shipped prompts name."""


def write_office(file: Path, port: Path, card: str, *, stereo: bool = True) -> Config:
    """Write a configuration and return it as it is read.

    Args:
        file: where to.
        port: the line monitor's serial port.
        card: the sound adapter.
        stereo: the adapter is a V/I tap: voltage and current.
    """
    sides = ', sides = "voltage/current"' if stereo else ""
    text = _OFFICE.format(port=port, card=card, sides=sides)
    for purpose, (pl, en, de) in _SAYS.items():
        text += _PURPOSE.format(id=purpose, pl=pl, en=en, de=de)
    file.write_text(text, "utf-8")
    return load(file)
