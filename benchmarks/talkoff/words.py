"""Compose office talk for generated voices from a seed, in three languages."""

from collections.abc import Mapping, Sequence

import numpy as np

_SLOTS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "en": {
        "name": ("Mrs Wilson", "Mr Baker", "Anna", "Doctor Hughes", "Miss Patel", "Oliver"),
        "thing": ("invoice", "delivery", "contract", "appointment", "repair", "order"),
        "day": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "next week"),
        "place": ("Station Road", "the main office", "Leeds", "the second floor", "the depot"),
    },
    "pl": {
        "name": ("pani Nowak", "pan Zieliński", "Małgorzata", "doktor Wójcik", "pan Grzegorz"),
        "thing": ("fakturze", "dostawie", "umowie", "wizycie", "naprawie", "zamówieniu"),
        "day": ("poniedziałek", "wtorek", "środę", "czwartek", "piątek", "przyszły tydzień"),
        "place": ("ulicy Długiej", "Szczecinie", "biurze głównym", "drugim piętrze", "magazynie"),
    },
    "de": {
        "name": ("Frau Schneider", "Herr Müller", "Jürgen", "Doktor Fischer", "Frau Köhler"),
        "thing": ("Rechnung", "Lieferung", "Bestellung", "Reparatur", "Verabredung"),
        "day": ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "nächste Woche"),
        "place": ("der Bahnhofstraße", "München", "der Zentrale", "dem zweiten Stock"),
    },
}

_SAID: Mapping[str, Sequence[str]] = {
    "en": (
        "Good morning, this is {name}, I am calling about the {thing} for {day}.",
        "No, no, the number was {digits}, not {digits}.",
        "Could you repeat that, please? Something about {place}.",
        "We sent it on {day}, to {place}, and nobody has answered yet!",
        "Ah, I see. Well, that makes {number} pounds and {small} pence altogether.",
        "Is {name} there? I was told to ask about the {thing}.",
        "Yes. Yes, of course. {day} at a quarter past {small}.",
        "Hmm, oh dear, whose idea was that? Ha ha ha, never mind.",
        "My reference is {digits}, the customer's is {number}.",
        "Who is going to {place} on {day}? You, or {name}?",
    ),
    "pl": (
        "Dzień dobry, mówi {name}, dzwonię w sprawie, no, o {thing} na {day}.",
        "Nie, nie, numer to {digits}, a nie {digits}.",
        "Czy może pani powtórzyć? Coś o {thing}, przy {place}.",
        "Wysłaliśmy to w {day} i nikt jeszcze nie odpowiedział!",
        "Aha, rozumiem. Czyli razem {number} złotych i {small} groszy.",
        "Czy jest {name}? Prosili, żeby zapytać o {thing}.",
        "Tak. Tak, oczywiście. W {day}, kwadrans po {small}.",
        "Hm, ojej, czyj to był pomysł? Ha ha ha, nieważne.",
        "Mój znak sprawy to {digits}, a klienta {number}.",
        "Szczebrzeszyn, Łódź, Żółwin, a potem {day} przy {place}.",
    ),
    "de": (
        "Guten Morgen, hier ist {name}, es geht um die {thing} für {day}.",
        "Nein, nein, die Nummer war {digits}, nicht {digits}.",
        "Können Sie das bitte wiederholen? Etwas mit {place}.",
        "Wir haben es am {day} geschickt, und niemand hat geantwortet!",
        "Ach so, ich verstehe. Das macht zusammen {number} Euro und {small} Cent.",
        "Ist {name} da? Ich sollte nach der {thing} fragen.",
        "Ja. Ja, natürlich. Am {day} um Viertel nach {small}.",
        "Hm, oje, wessen Idee war das? Ha ha ha, macht nichts.",
        "Mein Zeichen ist {digits}, das des Kunden {number}.",
        "Wer fährt am {day} nach {place}? Sie, oder {name}?",
    ),
}


def spoken_text(language: str, seed: int, sentences: int = 60) -> str:
    """Return some sentences in ``en``, ``pl`` or ``de``."""
    chance = np.random.default_rng(seed)

    def filled(sentence: str) -> str:
        slots = {
            slot: words[int(chance.integers(len(words)))]
            for slot, words in _SLOTS[language].items()
        }
        digits = " ".join(str(digit) for digit in chance.integers(0, 10, 9))
        number, small = int(chance.integers(100, 99999)), int(chance.integers(1, 60))
        return sentence.format(digits=digits, number=number, small=small, **slots)

    said = _SAID[language]
    return "\n".join(filled(said[int(chance.integers(len(said)))]) for _ in range(sentences))
