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

UNREAL_FILES: Mapping[Unreal, str] = {
    "": N_("call-"),
    "simulated": N_("simulated-call-"),
    "virtual": N_("virtual-line-call-"),
}
"""With what the name of a file of a call begins."""

NOT_KNOWN = N_(
    "The devices of this call’s line cannot be read any more, so nothing shows that a telephone "
    "line was behind it."
)
"""Of a call whose rule is damaged."""

CERTIFIES_ERASURE_ALONE = N_(
    "A certificate of erasure does not name the devices of the line. It proves that the recording "
    "was erased, not that a real telephone call was recorded."
)
"""A certificate's form has no place for it, and what it is about cannot be opened any more."""

LOG_NAMES_NO_DEVICE = N_(
    "An entry does not name the devices of the line: once a recording is erased, the log does not "
    "show whether its call was real."
)
"""Entries never change: what stands beside them is told by the recordings that are kept."""

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
