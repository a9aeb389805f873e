"""Choose what the office's step asks, as the settings declare it."""

from flask_babel import lazy_gettext as _l

from appliance.config.settings import Line, Office, Purpose
from web.settings.fields import Section, only

OFFICE = Section(
    "office",
    "office",
    _l("Office"),
    _l("Who records, and whom callers may ask about it."),
    only(
        Office,
        "name",
        "controller",
        "contact",
        "country",
        "languages",
        "controller_says",
        "contact_says",
        "recipients",
        "recipients_say",
    ),
)
"""The office, as far as callers hear of it; the rest is in the settings."""

LINE = {each.key: each for each in only(Line, "name", "number")}
PURPOSE = {
    each.key: each
    for each in only(
        Purpose,
        "full",
        "short",
        "label",
        "basis",
        "law_says",
        "interest_says",
        "contract_to",
        "justification",
        "retention_days",
        "health",
        "special",
        "care_reason",
    )
}
