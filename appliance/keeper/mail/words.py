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
    found="The device has found something that must be fixed:",
    look="Log in to the panel and open Device check: it says what to do.",
    nothing="The device has found nothing that must be fixed.",
    again="The problem is fixed.",
    tried="This is the e-mail that was requested in the panel: mail from the device arrives.",
    head="Signed head of the activity log, of %s:",
    head_why="Keep this mail: if the device’s activity log is ever cut back or rewritten, the head "
    "shows it.",
    end="The device sends this because an administrator has set it up. It names no calls or "
    "callers.",
    subjects={
        "processes": "a part of the device does not run",
        "panel": "the panel cannot be reached as it should be",
        "ssh": "a key lets its owner log in over SSH",
        "lines": "a line does not record",
        "grade": "it is not certain whose key a line hears",
        "serial": "a device at a serial port is missing or does not work",
        "sound": "a USB sound card is missing or does not work",
        "gpio": "the lamps or the button do not work",
        "prompts": "an announcement is missing or does not fit",
        "clock": "the clock is not right",
        "disk": "the memory card or disk is full or failing",
        "memory": "memory is short",
        "vault": "keys or recordings need attention",
        "silence": "the silence of a copy for an authority needs a decision",
        "backup": "no backups are made",
        "owed": "an erased call is still in a backup",
        "sftp": "no backups reach the server",
        "update": "no updates can be looked for",
        "stamp": "nobody outside stamps the activity log",
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
    look="Zaloguj się do panelu i otwórz Stan urządzenia: tam jest napisane, co zrobić.",
    nothing="Urządzenie nie wykryło niczego, co trzeba naprawić.",
    again="Usterka została usunięta.",
    tried="To wiadomość zlecona w panelu: wiadomości z urządzenia dochodzą.",
    head="Podpisany skrót dziennika z dnia %s:",
    head_why="Zachowaj tę wiadomość: jeśli ktoś skróci lub przepisze dziennik, skrót to wykaże.",
    end="Urządzenie wysyła to, bo tak je ustawiono. Wiadomość nie zawiera danych rozmów ani "
    "rozmówców.",
    subjects={
        "processes": "część urządzenia nie działa",
        "panel": "panel nie jest dostępny tak, jak powinien",
        "ssh": "klucz pozwala zalogować się przez SSH",
        "lines": "linia nie nagrywa",
        "grade": "nie jest pewne, czyj klawisz słyszy linia",
        "serial": "brakuje urządzenia na porcie szeregowym albo nie działa",
        "sound": "brakuje karty dźwiękowej USB albo nie działa",
        "gpio": "lampki lub przycisk nie działają",
        "prompts": "brakuje zapowiedzi albo nie pasuje",
        "clock": "zegar nie jest ustawiony",
        "disk": "karta pamięci lub dysk są pełne albo zawodzą",
        "memory": "brakuje pamięci",
        "vault": "klucze lub nagrania wymagają uwagi",
        "silence": "trzeba zdecydować o zakazie ujawniania kopii dla organu",
        "backup": "kopie zapasowe nie powstają",
        "owed": "usunięta rozmowa jest nadal w kopii zapasowej",
        "sftp": "kopie zapasowe nie docierają na serwer",
        "update": "nie można sprawdzić, czy są aktualizacje",
        "stamp": "nikt z zewnątrz nie znakuje dziennika czasem",
        "mail": "wiadomości nie są wysyłane",
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
    look="Melden Sie sich am Gerät an und öffnen Sie Gerätezustand: Dort steht, was zu tun ist.",
    nothing="Das Gerät hat nichts gefunden, das behoben werden muss.",
    again="Die Störung ist behoben.",
    tried="Diese E-Mail wurde im Panel angefordert: E-Mails des Geräts kommen an.",
    head="Signierter Stand des Protokolls vom %s:",
    head_why="Heben Sie diese E-Mail auf: Wird das Protokoll gekürzt oder neu geschrieben, "
    "zeigt es sich daran.",
    end="Das Gerät sendet dies, weil es so eingerichtet wurde. Gespräche und Anrufer nennt es nie.",
    subjects={
        "processes": "ein Teil des Geräts läuft nicht",
        "panel": "das Panel ist nicht erreichbar, wie es sein sollte",
        "ssh": "ein Schlüssel erlaubt die Anmeldung über SSH",
        "lines": "eine Leitung nimmt nicht auf",
        "grade": "es ist nicht sicher, wessen Taste eine Leitung hört",
        "serial": "ein Gerät an einer seriellen Schnittstelle fehlt oder funktioniert nicht",
        "sound": "eine USB-Soundkarte fehlt oder funktioniert nicht",
        "gpio": "Lampen oder Taster funktionieren nicht",
        "prompts": "eine Ansage fehlt oder passt nicht",
        "clock": "die Uhr geht nicht richtig",
        "disk": "Speicherkarte oder Datenträger ist voll oder versagt",
        "memory": "der Arbeitsspeicher ist knapp",
        "vault": "Schlüssel oder Aufnahmen müssen geprüft werden",
        "silence": "über das Stillschweigen zu einer Kopie für eine Behörde ist zu entscheiden",
        "backup": "es werden keine Sicherungen erstellt",
        "owed": "ein gelöschtes Gespräch ist noch in einer Sicherung",
        "sftp": "Sicherungen erreichen den Server nicht",
        "update": "nach Updates kann nicht gesucht werden",
        "stamp": "das Protokoll erhält keine Zeitstempel",
        "mail": "E-Mails werden nicht gesendet",
        "configuration": "die Einstellungen sind nicht in Ordnung",
        "versions": "dieses System wird nicht unterstützt",
    },
)

LANGUAGES: Mapping[str, MailWords] = {"pl": POLISH, "en": ENGLISH, "de": GERMAN}
