"""Name the lines that the box proposes of what is plugged in."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from appliance.config.drivers.known import beside
from appliance.link.requests.devices import Card, Proposal

KINDS: Mapping[str, Any] = {
    "monitor_tap": _l("Line monitor and two-channel line tap"),
    "modem_tap": _l("Voice modem and two-channel line tap"),
    "couplers_tap": _l("Two optocouplers and two-channel line tap"),
    "monitor_mixed": _l("Line monitor and line tap with one channel"),
    "modem_mixed": _l("Voice modem and line tap with one channel"),
    "couplers_mixed": _l("Two optocouplers and line tap with one channel"),
    "bridge": _l("ISDN bridge"),
    "modem_alone": _l("Voice modem alone"),
    "tap": _l("ISDN tap"),
}
"""Kind of a proposal -> its name."""


def title(proposal: Proposal) -> str:
    """Return a proposal's name and what it can earn."""
    name = str(KINDS[proposal.kind])
    if beside(proposal.hook) is not None:
        name = str(gettext("%(kind)s, and a modem that tells who calls", kind=name))
    if not proposal.grade:
        return str(gettext("%(kind)s (records nothing)", kind=name))
    if proposal.grade == "A":
        return str(gettext("%(kind)s (up to evidence grade A)", kind=name))
    return str(gettext("%(kind)s (evidence grade B at best)", kind=name))


def hears(card: Card) -> str:
    """Return what a sound adapter can do."""
    if not card.speaks:
        return str(gettext("A USB sound card that cannot speak: it serves no line."))
    if card.channels >= 2:
        return str(
            gettext("A USB sound card with two channels or more: a two-channel line tap fits.")
        )
    if card.channels == 1:
        return str(gettext("A USB sound card with one channel."))
    return str(gettext("A USB sound card; how many channels it has, it does not say."))
