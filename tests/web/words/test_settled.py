"""Phrases that puzzled people who used the panel are gone, and what they read now is there."""

from collections.abc import Iterator
from functools import cache
from gettext import GNUTranslations

import pytest

from appliance.language import TRANSLATIONS
from tests.web.test_app import extracted

POLISH = [
    ("Zachowaj", "Nie usuwaj"),
    ("Wstrzymaj …", "Zabezpiecz…"),
    ("wstrzymane", "zabezpieczone"),
    ("Nikt na zewnątrz nie odbiera telefonu", "Nigdzie na zewnątrz nie dzwonimy"),
    ("podejrzane", "podpatrzone"),
    ("Zgoda na:", "Cele objęte zgodą"),
    ("Potwierdzenie usunięcia", "Zaświadczenie o usunięciu"),
    ("Bez ruchu", "Wyłącz animacje"),
    ("to nie ta rola", "Brak uprawnień"),
    ("Tu nic nie ma", "Nie znaleziono strony"),
    ("To się nie zgadza", "Formularz wygasł"),
    ("Na karcie jest co innego", "Wpisane grupy nie zgadzają się z kartą"),
    ("Jak się tym bawić", "Jak korzystać"),
    ("Też zadzwoń", "Zadzwoń także z tego telefonu"),
    ("Jesteś zalogowany tylko tutaj", "To jedyna aktywna sesja"),
    ("Zegara nie prowadzi", "Zegar nie jest synchronizowany"),
    ("księg", "rejestr"),
    ("arkusz odzyskiwania", "karta odzyskiwania"),
]
"""Before -> now. Parts of words stand for all their forms."""

GERMAN = [
    ("angesteckt", "angeschlossen"),
    ("Verwahrer", "Archivdienst"),
    ("Ruhig halten", "Animationen anhalten"),
    ("Rot zuckt", "Rot blitzt"),
    ("Alles arbeitet", "Alles funktioniert"),
    ("Das passt nicht", "Formular abgelaufen"),
    ("Hier ist nichts", "Seite nicht gefunden"),
    ("an seinem Tag", "zum Löschtermin"),
    ("ohne Berührung", "ohne Eingabe"),
    ("Ein Zeitserver hält die Uhr", "Die Uhr wird per Zeitserver gestellt"),
    ("Zuhörer", "Anhören"),
    ("Das ist so gemeint", "soll an diesem Gerät keinen Zugang mehr haben"),
    ("Aufzeichn", "Aufnahme"),
    ("aufzeichn", "aufnehmen"),
    ("aufgezeichn", "aufgenommen"),
]

ENGLISH = [
    ("its key is destroyed by itself", "After that it is erased automatically"),
    ("the office ended the question", "the office used its telephone or the button"),
    ("Ask them for no code", "Turn off codes for this person"),
    ("It opens the key that the new person gets", "Needed to give the new person access"),
    ("Turned away: not their role", "Access denied"),
    ("whoever calls whom", "Calls from or to these numbers"),
    ("nothing of a refuser stays", "only a counter goes up"),
]

KEPT = {
    "Zachowaj": ("Potwierdź i zachowaj",),
    "wstrzymane": ("nagrywanie jest wstrzymane", "Zezwolono na wstrzymane usunięcie"),
}
"""Where a phrase means another thing, and stays."""


@cache
def said(language: str) -> tuple[str, ...]:
    """Return all that the panel says in a language."""
    if language == "en":
        return tuple(_english())
    with (TRANSLATIONS / language / "LC_MESSAGES" / "messages.mo").open("rb") as file:
        catalogue = GNUTranslations(file)._catalog  # type: ignore[attr-defined]  # as gettext keeps it
    return tuple(text for key, text in catalogue.items() if key)


def _english() -> Iterator[str]:
    for _context, message in extracted():
        yield from [message] if isinstance(message, str) else message


@pytest.mark.parametrize(
    ("language", "before", "now"),
    [
        *(("pl", *row) for row in POLISH),
        *(("de", *row) for row in GERMAN),
        *(("en", *row) for row in ENGLISH),
    ],
)
def test_a_settled_phrase(language: str, before: str, now: str) -> None:
    texts = said(language)
    assert any(now in text for text in texts)
    kept = KEPT.get(before, ())
    assert [text for text in texts if before in text and not any(one in text for one in kept)] == []
