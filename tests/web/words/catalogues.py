"""Read what people see, from the catalogues: the English sentence and its translations."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from babel.messages.pofile import read_po

from appliance.language import TRANSLATIONS

LANGUAGES = ("pl", "de")


@dataclass(frozen=True, slots=True)
class Entry:
    """One sentence in three languages; of one that counts, all its forms in one text."""

    english: str
    said: dict[str, str]

    def text(self, language: str) -> str:
        """Return what a reader of one language sees."""
        return self.english if language == "en" else self.said[language]


@cache
def entries() -> tuple[Entry, ...]:
    """Return every sentence of the catalogues."""
    found: dict[tuple[str | None, str], dict[str, str]] = {}
    for language in LANGUAGES:
        with (TRANSLATIONS / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id:
                    at = found.setdefault((message.context, _one(message.id)), {})
                    at[language] = _one(message.string or "")
    return tuple(
        Entry(english, said) for (_context, english), said in sorted(found.items(), key=str)
    )


def _one(text: str | Iterable[str]) -> str:
    return text if isinstance(text, str) else "\n".join(text)
