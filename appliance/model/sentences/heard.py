"""Say by what a line was heard: first of all that it was no telephone line."""

from collections.abc import Mapping

from appliance.language import N_, translated
from appliance.model.records import Unreal

UNREAL_SENTENCES: Mapping[Unreal, str] = {
    "simulated": N_(
        "Simulated call: it was made on the device’s simulated line. There was no telephone line "
        "and no real caller."
    ),
    "virtual": N_(
        "Virtual line: at least one of its devices was not seen to be hardware, so nothing shows "
        "that a telephone line was behind it."
    ),
}
"""Why a line was no telephone line -> its sentence."""

UNREAL_BADGES: Mapping[Unreal, str] = {
    "simulated": N_("simulated"),
    "virtual": N_("virtual line"),
}

PART_NAMES: Mapping[str, str] = {
    "hook": N_("Hook sensor"),
    "audio": N_("Sound"),
    "prompt": N_("Announcements"),
}
"""Role of a device of a line -> its name."""

BUS_NAMES: Mapping[str, str] = {
    "usb": N_("USB"),
    "onboard": N_("built in"),
    "network": N_("network"),
    "virtual": N_("virtual, no hardware"),
    "simulated": N_("simulated, no hardware"),
}
"""By what a device is connected -> in words."""


def unreal_sentence(kind: Unreal, language: str) -> str:
    """Return why a line was no telephone line; nothing for one that was seen to be real."""
    return translated(UNREAL_SENTENCES[kind], language) if kind else ""


def unreal_badge(kind: Unreal, language: str) -> str:
    """Return the same in a word or two."""
    return translated(UNREAL_BADGES[kind], language) if kind else ""
