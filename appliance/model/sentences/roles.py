"""Name the roles of people, and those that a refused request needs."""

from collections.abc import Callable, Mapping

from appliance.language import N_

ROLE_NAMES: Mapping[str, str] = {
    "listener": N_("Listening"),
    "operator": N_("Line desk"),
    "privacy_officer": N_("Data protection"),
    "administrator": N_("Management"),
}
"""Role -> its English name."""

OR = N_("%(first)s or %(last)s")
"""Joins the roles of which one is enough."""


def one_of(roles: str, translate: Callable[[str], str]) -> str:
    """Return the names of the roles of which one is needed.

    Args:
        roles: their codes with a space between two; an unknown one is named as it is.
        translate: returns a marked text in the reader's language.
    """
    *some, last = [translate(ROLE_NAMES[each]) if each in ROLE_NAMES else each
                   for each in roles.split()] or ["?"]  # fmt: skip
    return translate(OR) % {"first": ", ".join(some), "last": last} if some else last
