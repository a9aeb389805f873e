"""Declare what the office's step asks, in the terms of the settings' forms."""

from flask_babel import lazy_gettext as _l

from web.settings.fields import COUNTRIES, LANGUAGE_NAMES, Field, Section

OFFICE = Section(
    "office",
    "office",
    _l("Office"),
    _l("Who records, and whom callers may ask about it."),
    [
        Field("name", "text", _l("Name of the office"), needed=True),
        Field(
            "controller",
            "text",
            _l("Full legal name and town"),
            _l("It stands on papers, such as: Kancelaria Nowak sp. k., Warszawa"),
            needed=True,
        ),
        Field(
            "contact",
            "text",
            _l("E-mail or postal address for questions about personal data"),
            needed=True,
        ),
        Field("country", "one", _l("Country"), options=COUNTRIES),
        Field(
            "languages",
            "order",
            _l("Languages of your callers"),
            _l("The line speaks the first."),
            options=LANGUAGE_NAMES,
            needed=True,
        ),
        Field(
            "controller_says",
            "words",
            _l("The office's name, as you say it on the telephone"),
            _l(
                "In words, without abbreviations and digits, such as: Kancelaria Nowak w "
                "Warszawie. In each language above."
            ),
            needed=True,
        ),
        Field(
            "contact_says",
            "words",
            _l("How a caller reaches the office later, as it is spoken"),
            _l("May stay empty: then the number that was called."),
        ),
    ],
)
"""The office, as far as callers hear of it; the rest is in the settings."""
