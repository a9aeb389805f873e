"""Offer what is plugged in as ways to make a line, and turn the chosen one into settings."""

from collections.abc import Collection, Mapping
from typing import Any

from appliance.config.drivers.driver import ROLES
from appliance.config.drivers.known import BY_NAME
from appliance.config.drivers.monitor import USUAL_PINS
from appliance.link.requests.devices import PluggedDevices, Proposal
from web.setup import steps

Values = dict[str, Any]
Form = Mapping[str, str]

FIELDS: Mapping[str, tuple[str, ...]] = {
    "sound": ("card", "port", "dialect", "sides"),
    "isdn": ("network", "terminal", "mode"),
}
"""A way that is put together by hand -> what is asked about it."""

MODEM = "modem"
"""The choice of a voice modem among the dialects; a profile may follow after a colon."""

BY_ITSELF = frozenset({"monitor_tap", "modem_tap", "monitor_mixed", "modem_mixed"})
"""Proposals of which the best is chosen until a person chooses. The others hold the line, make the
phone depend on the box, record nothing, or rest on a guess: they are chosen on purpose."""

_FOUND = "found "
"""Before the key of a proposal, in the value of its choice."""


def chosen(
    line: Values, found: PluggedDevices | None, form: Form | None, by_hand: Collection[str]
) -> str:
    """Return the way that is chosen: what somebody has chosen, or what fits best.

    Args:
        line: the settings of the line.
        found: what is plugged in; None while the recorder is away.
        form: what the browser sent; None: the page is new.
        by_hand: ways that can be put together by hand.
    """
    there = found or PluggedDevices()
    wired = bool(steps.real_drivers(line))
    ways = {*(value(each) for each in there.proposals), *by_hand, "exchange", *["kept"] * wired}
    unnamed = hand_changed(form)
    if unnamed in ways:
        return unnamed
    looked = form is not None and form.get("do") == "look"
    if form is not None and form.get("device") in ways and not (looked and _untouched(form)):
        return str(form["device"])
    if wired:
        return "kept"
    if steps.simulated(line) and not looked:
        return "exchange"
    return next((value(each) for each in there.proposals if each.kind in BY_ITSELF), "exchange")


def _untouched(form: Form) -> bool:
    """Say whether nobody has chosen a way: then an answer of the devices may."""
    return form.get("device") == form.get("shown-device") == "exchange"


def value(proposal: Proposal) -> str:
    """Return the value of the choice of a proposal."""
    return _FOUND + proposal.key


def proposal_chosen(form: Form) -> bool:
    """Say whether a form chooses a proposal."""
    return form.get("device", "").startswith(_FOUND)


def chosen_proposal(form: Form, found: PluggedDevices | None) -> Proposal | None:
    """Return the proposal that a form chooses; None if it is not there any more."""
    proposals = found.proposals if found is not None else ()
    return next((each for each in proposals if value(each) == form.get("device")), None)


def hand_changed(form: Form | None) -> str:
    """Return the way by hand of which a field was changed while another way stayed chosen.

    A browser with scripts chooses the way itself. Empty if nothing was changed, or somebody has
    chosen another way.
    """
    if form is None or form.get("device", "") != form.get("shown-device", form.get("device", "")):
        return ""
    for way, fields in FIELDS.items():
        shown = ((f"shown-{name}", form.get(name, "")) for name in fields)
        if way != form.get("device") and any(
            name in form and form[name] != now for name, now in shown
        ):
            return way
    return ""


def parts(form: Form, line: Mapping[str, Any], proposal: Proposal | None) -> Values:
    """Return the drivers of a line's three roles; as they were where nothing else was chosen.

    What a form does not ask, such as a rate, stays as long as its driver does.
    """
    if proposal is not None:
        wanted = {"hook": proposal.hook, "audio": proposal.audio, "prompt": proposal.prompt}
        made = {role: _kept(line, role, settings) | settings for role, settings in wanted.items()}
        if made["hook"].get("caller") == MODEM and "caller" not in proposal.hook:
            del made["hook"]["caller"], made["hook"]["caller_port"]  # chosen before, and not now
        return made
    match form.get("device", ""):
        case "exchange":
            return {role: _kept(line, role, {"driver": "exchange"}) for role in ROLES}
        case "sound":
            sound, hook = {"driver": "sound", "card": form.get("card", "")}, _hook(form)
            usual = dict(USUAL_PINS) if hook.get("dialect") == "optocouplers" else {}
            return {
                "hook": usual | _kept(line, "hook", hook) | hook,
                "audio": _kept(line, "audio", sound) | sound | {"sides": form.get("sides", "both")},
                "prompt": _kept(line, "prompt", sound) | sound,
            }
        case "isdn":
            kernel = {"driver": "isdn", "transport": "kernel"}
            asked = {name: form.get(name, "") for name in FIELDS["isdn"]}
            return {
                "hook": _kept(line, "hook", kernel) | kernel | asked,
                **{role: {"driver": "isdn"} for role in ("audio", "prompt")},
            }
        case _:
            return {role: line[role] for role in ROLES if role in line}


def _hook(form: Form) -> Values:
    """Return what sees the phone, as somebody has put it together."""
    dialect, port = form.get("dialect", ""), form.get("port", "")
    driver, _, profile = dialect.partition(":")
    if driver != MODEM:
        return {"driver": "monitor", "dialect": dialect, "port": port}
    return {"driver": "modem", "port": port} | ({"profile": profile} if profile else {})


def _kept(line: Mapping[str, Any], role: str, settings: Mapping[str, Any]) -> Values:
    """Return a role's options as they were, if its driver is the same and they belong to it."""
    before = line.get(role)
    driver = settings["driver"]
    if not isinstance(before, Mapping) or before.get("driver") != driver:
        return {"driver": driver}
    belongs = BY_NAME[driver].by(role)
    if belongs and before.get(belongs) != settings.get(belongs):
        return {"driver": driver}
    return {name: each for name, each in before.items() if (driver, name) != ("modem", "profile")}
