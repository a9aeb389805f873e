"""Word the mail in the office's language: of findings their subject alone, no values.

A finding's own sentence names lines, files and people's words; a subject names nothing. Its id
stands beside it, for whoever helps by telephone.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MailWords:
    """The words of a language."""

    trouble: str  # subject
    mended: str  # subject
    well: str  # subject
    trial: str  # subject
    found: str
    look: str
    nothing: str
    again: str
    tried: str
    head: str  # before the head of a day
    head_why: str
    end: str
    subjects: Mapping[str, str]


ENGLISH = MailWords(
    trouble="Zgoda: something needs attention",
    mended="Zgoda: all is well again",
    well="Zgoda: all is well",
    trial="Zgoda: mail works",
    found="The box has found something that somebody must mend:",
    look="Log in to the panel and open Doctor: it says what to do.",
    nothing="The box has found nothing that somebody must mend.",
    again="What was to be mended is mended.",
    tried="This is the mail that was asked for in the panel: mail from the box arrives.",
    head="Head of the audit, of %s:",
    head_why="Keep this mail: if the box's audit is ever cut back or rewritten, the head shows it.",
    end="The box sends this because an administrator has set it up. It names no calls or callers.",
    subjects={
        "processes": "a part of the box does not run",
        "panel": "the panel cannot be reached as it should be",
        "lines": "a line does not record",
        "grade": "it is not certain whose key a line hears",
        "serial": "a device at a serial port is missing or does not work",
        "sound": "a sound adapter is missing or does not work",
        "gpio": "the lamps or the button do not work",
        "prompts": "an announcement is missing or does not fit",
        "clock": "the clock is not right",
        "disk": "the memory card or disk is full or failing",
        "memory": "memory is short",
        "vault": "keys or recordings need somebody",
        "backup": "no backups are made",
        "sftp": "no backups reach the server",
        "update": "no updates can be looked for",
        "mail": "mail does not go out",
        "configuration": "the settings are not in order",
        "versions": "this system is not supported",
    },
)

POLISH = MailWords(
    trouble="Zgoda: coś wymaga uwagi",
    mended="Zgoda: znów wszystko w porządku",
    well="Zgoda: wszystko w porządku",
    trial="Zgoda: poczta działa",
    found="Urządzenie wykryło coś, co trzeba naprawić:",
    look="Zaloguj się do panelu i otwórz Diagnostykę: tam jest napisane, co zrobić.",
    nothing="Urządzenie nie wykryło niczego, co trzeba naprawić.",
    again="To, co było do naprawienia, jest naprawione.",
    tried="To wiadomość zamówiona w panelu: poczta z urządzenia dochodzi.",
    head="Podpisany skrót dziennika z dnia %s:",
    head_why="Zachowaj tę wiadomość: jeśli ktoś skróci lub przepisze dziennik, skrót to wykaże.",
    end="Urządzenie wysyła to, bo administrator tak ustawił. Nie ma tu rozmów ani rozmówców.",
    subjects={
        "processes": "część urządzenia nie działa",
        "panel": "panel nie jest dostępny tak, jak powinien",
        "lines": "linia nie nagrywa",
        "grade": "nie jest pewne, czyj klawisz słyszy linia",
        "serial": "brakuje urządzenia na porcie szeregowym albo nie działa",
        "sound": "brakuje karty dźwiękowej albo nie działa",
        "gpio": "lampki lub przycisk nie działają",
        "prompts": "brakuje zapowiedzi albo nie pasuje",
        "clock": "zegar nie jest ustawiony",
        "disk": "karta pamięci lub dysk są pełne albo zawodzą",
        "memory": "brakuje pamięci",
        "vault": "klucze lub nagrania wymagają uwagi",
        "backup": "kopie zapasowe nie powstają",
        "sftp": "kopie zapasowe nie docierają na serwer",
        "update": "nie można sprawdzić, czy są aktualizacje",
        "mail": "poczta nie wychodzi",
        "configuration": "ustawienia nie są w porządku",
        "versions": "ten system nie jest obsługiwany",
    },
)

GERMAN = MailWords(
    trouble="Zgoda: Bitte nachsehen",
    mended="Zgoda: Wieder alles in Ordnung",
    well="Zgoda: Alles in Ordnung",
    trial="Zgoda: E-Mail funktioniert",
    found="Das Gerät hat etwas gefunden, das behoben werden muss:",
    look="Melden Sie sich am Gerät an und öffnen Sie Diagnose: Dort steht, was zu tun ist.",
    nothing="Das Gerät hat nichts gefunden, das behoben werden muss.",
    again="Was zu beheben war, ist behoben.",
    tried="Diese E-Mail wurde in der Oberfläche angefordert: E-Mails des Geräts kommen an.",
    head="Signierter Stand des Protokolls vom %s:",
    head_why="Heben Sie diese E-Mail auf: Wird das Protokoll gekürzt oder neu geschrieben, "
    "zeigt es sich daran.",
    end="Das Gerät sendet dies, weil es so eingerichtet wurde. Gespräche und Anrufer nennt es nie.",
    subjects={
        "processes": "ein Teil des Geräts läuft nicht",
        "panel": "die Oberfläche ist nicht erreichbar, wie sie sein sollte",
        "lines": "eine Leitung nimmt nicht auf",
        "grade": "es ist nicht sicher, wessen Taste eine Leitung hört",
        "serial": "ein Gerät an einer seriellen Schnittstelle fehlt oder funktioniert nicht",
        "sound": "ein Audioadapter fehlt oder funktioniert nicht",
        "gpio": "Lampen oder Taste funktionieren nicht",
        "prompts": "eine Ansage fehlt oder passt nicht",
        "clock": "die Uhr geht nicht richtig",
        "disk": "Speicherkarte oder Datenträger ist voll oder versagt",
        "memory": "der Arbeitsspeicher ist knapp",
        "vault": "Schlüssel oder Aufnahmen brauchen jemanden",
        "backup": "es werden keine Sicherungen erstellt",
        "sftp": "Sicherungen erreichen den Server nicht",
        "update": "nach Aktualisierungen kann nicht gesucht werden",
        "mail": "E-Mails gehen nicht hinaus",
        "configuration": "die Einstellungen sind nicht in Ordnung",
        "versions": "dieses System wird nicht unterstützt",
    },
)

LANGUAGES: Mapping[str, MailWords] = {"pl": POLISH, "en": ENGLISH, "de": GERMAN}
