"""Say sentences of the appliance's in the languages that people read.

Whoever writes a sentence marks it with ``N_``; whoever shows it translates it, by one catalogue
for panel, mail and command line.
"""

import gettext
from collections.abc import Mapping
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "pl", "de")
"""English is the source and needs no catalogue."""

TRANSLATIONS = Path(__file__).parent / "translations"
"""The folder of the catalogues, as gettext and Babel read it."""


def N_(text: str) -> str:
    """Mark a sentence for translation and return it as it is."""
    return text


def translated(text: str, language: str) -> str:
    """Return a marked sentence in one of ``LANGUAGES``; in English for any other.

    Its place holders stay: put the values in afterwards.
    """
    return _catalogue(language).gettext(text) if language in LANGUAGES else text


def language_of(environment: Mapping[str, str]) -> str:
    """Return the language of a terminal, as POSIX names it: of LC_ALL, LC_MESSAGES or LANG.

    The first of them that is set decides; English for a language that is not here, for ``C`` and
    where none is set.
    """
    told = next(filter(None, map(environment.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    language = told.partition(".")[0].partition("_")[0].lower()
    return language if language in LANGUAGES else "en"


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation("messages", TRANSLATIONS, [language], fallback=language == "en")
