"""Offer what is plugged in as ways to make a line, and turn the chosen one into settings."""

from collections.abc import Collection, Mapping
from typing import Any

from appliance.config.drivers.driver import ROLES
from appliance.config.drivers.known import beside
from appliance.link.requests.devices import PluggedDevices, Proposal
from web.setup import steps
from web.setup.by_hand import SIMULATION, WAYS, Form, Values, kept

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
    ways = {*(value(each) for each in there.proposals), *by_hand, SIMULATION, *["kept"] * wired}
    unnamed = hand_changed(form)
    if unnamed in ways:
        return unnamed
    looked = form is not None and form.get("do") == "look"
    if form is not None and form.get("device") in ways and not (looked and _untouched(form)):
        return str(form["device"])
    if wired:
        return "kept"
    if steps.simulated(line) and not looked:
        return SIMULATION
    return next((value(each) for each in there.proposals if each.kind in BY_ITSELF), SIMULATION)


def _untouched(form: Form) -> bool:
    """Say whether nobody has chosen a way: then an answer of the devices may."""
    return form.get("device") == form.get("shown-device") == SIMULATION


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
    changed = {
        name.partition(".")[0]
        for name in form
        if form.get(f"shown-{name}", form[name]) != form[name]
    }
    return next((way for way in WAYS if way in changed and way != form.get("device")), "")


def parts(form: Form, line: Mapping[str, Any], proposal: Proposal | None) -> Values:
    """Return the drivers of a line's three roles; as they were where nothing else was chosen.

    What a form does not ask, such as a rate, stays as long as its driver does.
    """
    if proposal is not None:
        wanted = {"hook": proposal.hook, "audio": proposal.audio, "prompt": proposal.prompt}
        made = {role: kept(line, role, settings) | settings for role, settings in wanted.items()}
        caller = beside(made["hook"])
        if caller is not None and caller.driver != made["hook"]["driver"]:
            if beside(proposal.hook) is None:  # it was chosen before, and not now
                made["hook"] = {k: v for k, v in made["hook"].items() if k not in caller.said_by}
        return made
    way = WAYS.get(form.get("device", ""))
    if way is not None:
        return way.parts(form, line)
    return {role: line[role] for role in ROLES if role in line}
