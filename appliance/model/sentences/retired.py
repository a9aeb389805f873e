"""List codes that were once kept and are no more; none may come to mean something else.

An activity log may hold the code of a refusal for as long as it is kept.
"""

REFUSALS = frozenset(
    {
        "changed",
        "elsewhere",
        "expired",
        "full",
        "invalid",
        "needed",
        "running",
        "secret",
        "taken",
        "wrong_day",
    }
)
"""Codes of refusals before each had one reason."""
