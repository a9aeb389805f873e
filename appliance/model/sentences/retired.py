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

FINDINGS: frozenset[str] = frozenset()
"""Ids of findings: the ledger keeps which of them were told by mail."""

MISTAKES = frozenset(
    {
        "key_as_text",
        "no_contract",
        "not_spoken",
        "purpose_near",
        "same_pin",
        "same_serial_pin",
        "same_side",
    }
)
"""Codes of mistakes in the settings; nothing keeps them."""

LACKING: frozenset[str] = frozenset()
"""Codes of what a line lacks; nothing keeps them."""

FAULTS: frozenset[str] = frozenset()
"""Codes of faults of devices; nothing keeps them."""
