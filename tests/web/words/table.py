"""Hold the table of terms: one word a thing in each language, and words rejected.

Each pattern is looked for without regard to capitals. An English pattern names the thing; every
sentence that names it must hold one of the stems of each other language.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Term:
    """One thing: how English sentences name it, and the stems that Polish and German must hold."""

    english: str
    polish: str
    german: str

    def said(self, english: str) -> bool:
        """Return whether the English sentence names it."""
        return re.search(self.english, english, re.IGNORECASE) is not None

    def held(self, language: str, text: str) -> bool:
        """Return whether a translation names it in its own words."""
        stems = {"pl": self.polish, "de": self.german}[language]
        return re.search(stems, text, re.IGNORECASE) is not None


TERMS = {
    "device": Term(r"(?<!%\()\b(box|device)(?:s|’s|'s)?\b(?!@)", r"urządze", r"gerät"),
    "data controller": Term(r"data controller", r"administrator\w* danych", r"verantwortlich"),
    "role: management": Term(r"^Management$|role Management", r"zarządzanie", r"verwaltung"),
    "role: data protection": Term(
        r"^Data protection$|role Data protection", r"ochrona danych", r"datenschutz"
    ),
    "role: listening": Term(r"^Listening$", r"odsłuch", r"anhören"),
    "role: line desk": Term(r"^Line desk$", r"obsługa linii", r"bedienung"),
    "administrator": Term(
        r"\badministrators?\b(?! of the server)", r"zarządz|administrator\w* serwera", r"verwalt"
    ),
    "privacy officer": Term(r"privacy officer", r"ochron\w danych", r"datenschutz"),
    "caller": Term(r"\bcallers?\b", r"rozmówc", r"anrufe|anrufende person"),
    "call": Term(
        r"\b(a|the|this|that|each|one|first|chosen|recorded|held|no|these|those|%\(num\)s|last) "
        r"calls?\b(?!-)|^calls?\b",
        r"rozm[oó]w|dzwo",
        r"gespräch|anruf|telefon|\bruf",
    ),
    "recording": Term(
        r"\brecordings?\b", r"nagra|nagryw", r"aufnahme|aufgenommen|aufnehmen|nimmt .*auf"
    ),
    "announcement": Term(
        r"(?<!%\()(?<!audio and )\b(announcement|prompt)s?\b", r"zapowied", r"ansage"
    ),
    "notice": Term(r"\bnotice\b(?! when)", r"informacj|powiadomieni", r"hinweis|information"),
    "consent": Term(r"\bconsent", r"zgod", r"einwillig"),
    "withdraw": Term(r"withdr[ae]w|taken back|takes? back|took consent back", r"cof", r"wider"),
    "refuse": Term(r"\brefus", r"odm[aoó]w|odrzuc", r"ableh|lehn|\bnein\b"),
    "object": Term(r"\bobject(?!ive)", r"sprzeciw", r"widersp"),
    "lawful basis": Term(r"lawful basis", r"podstaw\w+ prawn", r"rechtsgrundlage"),
    "hold": Term(
        r"on hold\b(?! or)|\b(the|a) hold\b|^holds?\b(?! or)|^hold (it|them)|lift the hold",
        r"zabezpiecz|zawieszon",
        r"löschsperre|gehalten|halten",
    ),
    "erasure date": Term(r"erasure date", r"termin\w* usunięcia", r"löschtermin"),
    "retention period": Term(
        r"retention period", r"okres\w* przechowywania", r"aufbewahrungsfrist"
    ),
    "certificate of erasure": Term(
        r"certificates? of erasure", r"zaświadczen", r"löschbescheinigung|bescheinigung über"
    ),
    "proof sheet": Term(r"proof sheet", r"kar[tc]\w+ rozm[oó]w", r"nachweisblatt"),
    "hand over a copy": Term(r"hand\w* over (a copy|copies)|hand over$", r"wyda", r"heraus"),
    "erase all recordings": Term(
        r"erase all recordings",
        r"usu\w+ wszystkich nagrań|usu\w+ wszystkie nagrania",
        r"aller? aufn",
    ),
    "request": Term(
        r"(erasure|last|the) request(ed)?\b|this request (does not wait|$)", r"zgłos", r"antrag"
    ),
    "backup": Term(
        r"(?<![-\w])backups?\b(?![-.]| codes?)", r"kopi", r"sicherung|sicher[nt]|gesichert"
    ),
    "medium": Term(r"\b(medium|media)\b(?!\.)", r"nośnik", r"medi"),
    "USB stick": Term(r"\bsticks?\b", r"pamię\w+ usb", r"stick"),
    "recovery sheet": Term(
        r"recovery sheet", r"kar[tc]\w+ odzyskiwania", r"wiederherstellungsblatt"
    ),
    "archive": Term(r"\b(archive(?! service)|vault)\b", r"archiwum", r"archiv"),
    "archive service": Term(r"archive service|\bkeeper\b", r"usług\w+ archiwum", r"archivdienst"),
    "sending service": Term(r"sending service|courier\b(?!\.)", r"usług\w+ wysyłania", r"versandd"),
    "recorder": Term(r"\brecorder\b", r"rejestrator", r"rekorder"),
    "device check": Term(r"device check|^doctor$|the doctor\b", r"stan\w* urządz", r"gerätezust"),
    "activity log": Term(r"activity log|\baudit\b(?! verify)", r"dziennik", r"protokoll"),
    "system log": Term(r"system log|journal", r"dziennik\w* systemow", r"systemprotokoll"),
    "main key": Term(r"main key|root key|key of all keys", r"klucz\w* główn", r"hauptschlüssel"),
    "board key": Term(r"board key|board.s secret", r"klucz\w* płytki", r"platinenschlüssel"),
    "keyring": Term(r"\bkeyring\b", r"pęk", r"schlüsselbund"),
    "protection level": Term(r"protection level|level E\d", r"poziom\w* ochrony", r"schutzstufe"),
    "evidence grade": Term(r"\bgrade\b", r"stop(ień|nia|niem|niowi) dowodu", r"nachweisgrad"),
    "line tap": Term(r"line tap|\btap\b(?! alone)", r"odczep|\btap\b", r"abgriff|\btap\b"),
    "two-channel line tap": Term(r"two-channel line tap|V/I tap", r"dwukanałow", r"zweikanalig"),
    "hook sensor": Term(r"hook sensor|sees the phone", r"czujnik\w* słuchawki", r"hörersensor"),
    "USB sound card": Term(
        r"USB sound card|\badapter\b", r"kar[tc]\w+ dźwiękow", r"usb-soundkarte"
    ),
    "board": Term(r"\bboard\b", r"płyt[kc]", r"platine"),
    "simulated": Term(r"\bsimulated\b", r"symulowan", r"simuliert"),
    "trial": Term(r"\ba trial\b(?! caller)|\(trial\)", r"wersj\w+ próbn", r"probebetrieb"),
    "test call": Term(r"test calls?\b", r"rozm\w+ testow", r"testanruf"),
    "calibration call": Term(r"calibration calls?", r"rozm\w+ kalibracyjn", r"kalibrieranruf"),
    "demo phone": Term(r"demo phone", r"telefon\w* pokazow", r"demotelefon"),
    "button": Term(r"\bbutton\b", r"przycisk", r"taster|schaltfläche"),
    "yellow": Term(r"\b(yellow|amber)\b", r"żółt", r"gelb"),
    "blinks": Term(r"\bblinks\b", r"miga", r"blinkt"),
    "flashes": Term(r"\b(flashes|winks)\b", r"błyska", r"blitzt"),
    "settings version": Term(r"settings version|this version$", r"zapis\w* ustawień", r"fassung"),
    "update": Term(r"(?<![-\w])updates?\b(?!\.json| it there)", r"aktualiz", r"update"),
}
"""What each thing is called. The glossary has them beside the words of the code."""

REJECTED = {
    "pl": (
        r"sejf|strażnik|kurier|wypal|płyt[aęy]\b|płycie|arkusz|czujnik\w* V/I|adapter\w* dźwięku|"
        r"\badapter|mruga|bursztyn|\bWasz|pendrive|dzwoniąc|diagnosty|wycof|kart\w zgody|zapomnian|"
        r"zapomni[jo]|pieczęt|czujnik V|odczep V|sekret|poziom\w* wymazywania|"
        r"administrator(?!\w* (danych|serwera))|próbn\w+ rozm|rozm\w+ próbn|lini\w+ próbn|"
        r"telefon\w* próbn|(?<!karty )arkusz|\bZgod[yą] nie\b"
    ),
    "de": (
        r"\bBox\b(?!@)|Tresor|Kurier|lausch|mithör|hört mit|hört nur mit|abhör|zeichnet .*auf|"
        r"aufzeichn|"
        r"\bMaschine|Oberfläche|Audioadapter|Soundadapter|\bAdapter|\bGrad\b|Rechner|Diagnose|"
        r"Wurzelschlüssel|Schlüssel aller Schlüssel|Löschstufe|U/I-|Anrufende\b|Administra|"
        r"eingebrannt|einbrennen|Journal\b|\bBefund\b|Freizeichen|Probeanruf|(?<!USB-)Soundkarte|"
        r"Knopf|\bPlatte|Festplatte|vergessen\.|Geheimnis|Besitzer|Bediener"
    ),
    "en": (
        r"\bbox(?:’s|'s)?\b(?!@)|\bmend|whoever|left away|forgotten|(?<!set )(?<!%\()eraser|"
        r"(?<!\ba )doctor|\bvault\b|keeper|\bcourier\b(?!\.)|\baudit\b(?! verify)|\bjournal\b|"
        r"(?<!%\()(?<!audio and )\bprompts?\b|\bwinks\b|\bamber\b|\badapter|root key|"
        r"key of all keys|"
        r"sees the phone|V/I|secret of its own|burnt|taken up"
    ),
}
"""Words that no reader should meet: each has another in the table."""
