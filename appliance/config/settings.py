"""Define the owner's settings, each declared once: label, hint, limits, default, documents.

``appliance.config.declare`` says how a declaration is written. Reader, forms and documents go by
it; ``appliance.config.read`` turns a TOML file into these and reports all its mistakes at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from appliance.config import declare as a
from appliance.config import forms
from appliance.config import validators as valid
from appliance.config.declare import Also, Who, whole
from appliance.config.drivers.driver import Part as Part  # noqa: PLC0414 - lines are made of them
from appliance.config.drivers.known import BY_NAME, SIMULATED, declared
from appliance.config.outside import Backup, Stamp
from appliance.config.words.vocabulary import CONTRACTS, ERASERS, RECIPIENTS
from appliance.config.words.vocabulary import Basis as Basis  # noqa: PLC0414 - settings are made of it
from appliance.config.words.vocabulary import LineKind as LineKind  # noqa: PLC0414 - settings, too
from appliance.language import N_

LONGEST_CONSENT_DAYS = 183
"""Six months: longer retention needs another basis and a justification."""

LONGEST_RETENTION_DAYS = 3653
"""Ten years: longer than any law requires for telephone recordings."""

MOST_BACKUP_DAYS = 92
"""Three months: whoever renews backups more seldom keeps what was to be erased."""

Words = Mapping[str, str]
"""Language -> words as a caller hears them."""


# A table of declarations, one to six lines a setting: the label first, the kind last.
# fmt: off
@dataclass(frozen=True, slots=True)
class Confirmation:
    """A person's word that the spoken forms are right in whole sentences."""

    by: Annotated[str, N_("Confirmed by"), Also(example='"Anna Nowak"'), a.TEXT]
    day: Annotated[str, N_("Confirmed on"), Also(example='"2026-11-27"'), a.DAY]
    words: Annotated[str, N_("Digest of the words"), Also(example='"1a2b3c4d"'), a.TEXT]


@dataclass(frozen=True, slots=True)
class HeardVoices:
    """An administrator's word that callers understand a voice, for each language."""

    pl: Annotated[Confirmation | None, N_("Polish"), a.table(Confirmation)] = None
    en: Annotated[Confirmation | None, N_("English"), a.table(Confirmation)] = None
    de: Annotated[Confirmation | None, N_("German"), a.table(Confirmation)] = None

    def of(self, language: str) -> str:
        """Return the voice that somebody vouches for in a language; empty if nobody does."""
        heard: Confirmation | None = getattr(self, language)
        return heard.words if heard is not None else ""


@dataclass(frozen=True, slots=True)
class Office:
    """The office that records."""

    name: Annotated[str, N_("Name of the office"), Also(example='"Kancelaria Nowak"'), a.TEXT]
    controller: Annotated[str, N_("Full legal name and town"), Also(
        N_("It stands on papers, such as: Kancelaria Nowak sp. k., Warszawa"),
        '"Kancelaria Nowak sp. k., Warszawa"', "the controller, as a notice must name it"),
        a.TEXT]
    contact: Annotated[str, N_("E-mail or postal address for questions about personal data"), Also(
        example='"rodo@kancelaria.example"',
        docs="where people ask about their data, as a notice must name it"), a.TEXT]
    country: Annotated[str, N_("Country"), Also(
        docs="ISO 3166: numbering plan and network tones"), a.COUNTRY] = "PL"
    languages: Annotated[tuple[str, ...], N_("Languages of your callers"), Also(
        docs="lines without a language speak the first"), a.LANGUAGES] = ("pl",)
    outside_prefix: Annotated[str, N_("Dialled before an outside number"), Also(
        N_("Only behind a telephone system; otherwise empty.")),
        a.Kind(valid.valid_outside_prefix)] = ""
    pause_minutes: Annotated[int, N_("Minutes until recording goes on"), Also(
        docs="a pause ends by itself after so long"), whole(1, 30, "minutes")] = 2
    controller_says: Annotated[Words, N_("The office's name, as you say it on the telephone"), Also(
        N_("In words, without abbreviations and digits, such as: Kancelaria Nowak w "
           "Warszawie. In each language above."), '{ pl = "Kancelaria Nowak w Warszawie" }',
        "its name as spoken, in each language. In words: abbreviations, digits and @ are "
        "refused with the spoken form", needed=True), a.spoken()] = field(default_factory=dict)
    legal_name_says: Annotated[Words, N_("The full legal name, in spoken words"), Also(
        docs="the full name in the second layer", without="the spoken name"),
        a.spoken()] = field(default_factory=dict)
    contact_says: Annotated[Words, N_("How a caller reaches the office later, in spoken words"),
        Also(N_("May stay empty: then the number that was called."),
             docs="where people reach you, in the second layer", without="the number called"),
        a.spoken()] = field(default_factory=dict)
    notice_says: Annotated[Words, N_("Where the whole notice can be read, in spoken words"), Also(
        docs="where the whole notice is to be read", without="in writing, on request"),
        a.spoken()] = field(default_factory=dict)
    recipients: Annotated[str, N_("Does anybody else receive recordings?"), Also(
        N_("A company that runs a server with your backups does. A copy for the caller or for an "
           "authority does not count."), '"nobody"',
        "whether anybody else receives recordings: `these` are named in `recipients_say`",
        without="those of `recipients_say`; without them callers hear nothing of it, and Home "
        "asks"), a.answer(RECIPIENTS)] = ""
    recipients_say: Annotated[Words, N_("Who else receives recordings, in spoken words"), Also(
        example='{ pl = "Biuro Rachunkowe Lipowa" }'), a.spoken()] = field(default_factory=dict)
    backup_days: Annotated[int, N_("Within how many days you renew backups by hand"), Also(
        N_("For backups that are made by hand alone, and for media that lie apart. Until then they "
           "hold what was erased, so callers hear that many days more. Empty: the device renews "
           "every backup by itself."), "31",
        "within how many days a person renews each backup that the device does not renew by "
         "itself: callers hear so many days more"),
        whole(0, MOST_BACKUP_DAYS, "days")] = 0
    public_body: Annotated[bool, N_("The office is a public body"), Also(
        docs="an authority or another public body: it has a data protection officer"),
        a.FLAG] = False
    officer: Annotated[str, N_("Data protection officer, for papers"), Also(
        N_("Name, and how to reach them. A public body needs one."),
        '"Jan Nowak, iod@urzad.example"',
        "name and address, required by `public_body`; Home asks where a purpose touches health "
        "or another kind of Art. 9"),
        a.TEXT] = ""
    officer_says: Annotated[Words, N_("Data protection officer, in spoken words"), Also(
        N_("Callers hear it on request, such as: Jan Nowak, pod tym numerem."),
        '{ pl = "Jan Nowak, pod tym numerem" }',
        "the officer in the second layer, required by `public_body` and with `officer`",
        without="the second layer names none; Home asks"), a.spoken()] = field(default_factory=dict)
    confirmed: Annotated[Confirmation | None, N_("Confirmed"), Also(
        docs="who confirmed these words, when, and their digest; the panel writes it, "
        "`zgoda words` prints the digest: "
        '`{ by = "Anna Nowak", day = "2026-11-27", words = "1a2b3c4d" }`'),
        a.table(Confirmation)] = None
    voices: Annotated[HeardVoices | None, N_("Voices that an administrator vouches for"), Also(
        docs="who has heard a voice of the box through a telephone's band and vouches that callers "
        "understand it, by language; the panel writes it, on the page Announcements"),
        a.table(HeardVoices)] = None


@dataclass(frozen=True, slots=True)
class Purpose:
    """A reason to record a call, on exactly one lawful basis."""

    id: Annotated[str, N_("Short name"), Also(
        N_("Small letters, such as training."), '"training"'),
        a.Kind(valid.valid_purpose_id)]
    basis: Annotated[Basis, N_("Lawful basis"), Also(
        example='"consent"', docs="one of Art. 6(1) GDPR"), a.BASIS]
    full: Annotated[Words, N_("In a sentence, as the caller hears it"), Also(
        N_("“We ask to record this call for the purpose of …”. Polish in the genitive, such as: "
           "szkolenia pracowników. German with zur, zum or für."),
        '{ pl = "szkolenia pracowników" }',
        "the purpose in sentences, in every language of the office ([forms](words.md#forms))"),
        a.spoken(forms.valid_full)]
    retention_days: Annotated[int, N_("Kept for how many days"), Also(
        docs=f"more than {LONGEST_CONSENT_DAYS} only on another basis than consent, with a "
        "`justification`"),
        whole(1, LONGEST_RETENTION_DAYS, "days")] = 90
    justification: Annotated[str, N_("Justification"), Also(
        N_("Why this outweighs the interests of the callers. Needed for a public task, legitimate "
           "interests and long retention."),
        docs="required by `public_task` and `legitimate_interests`"), a.JUSTIFICATION] = ""
    short: Annotated[Words, N_("Short, for the list of keys"), Also(
        N_("Callers hear it in English: “To agree for … only, press four.” In Polish and German "
           "they hear the long form of a purpose of your own."),
        example='{ pl = "szkolenie" }', docs="the purpose in lists of keys", needed=True),
        a.spoken(forms.valid_short)] = field(default_factory=dict)
    label: Annotated[Words, N_("Name, for lists and papers"), Also(
        example='{ pl = "szkolenie pracowników" }', docs="the purpose alone, in lists and papers",
        needed=True),
        a.spoken(forms.valid_label)] = field(default_factory=dict)
    law_says: Annotated[Words, N_("The law, in spoken words"), Also(
        N_("Needed for a legal obligation or task. Without numbers, such as: ustawa o obrocie "
           "instrumentami finansowymi."),
        '{ pl = "ustawa o obrocie instrumentami finansowymi" }',
        "the law, required by `legal_obligation` and `public_task`"),
        a.spoken()] = field(default_factory=dict)
    interest_says: Annotated[Words, N_("The interest, in spoken words"), Also(
        N_("Needed for legitimate interests."), '{ pl = "wyjaśnianie awarii" }',
        "the interest, required by `legitimate_interests`"),
        a.spoken()] = field(default_factory=dict)
    contract_to: Annotated[str, N_("What the contract needs the recording for"), Also(
        N_("Needed for a contract: to conclude one with the caller, or to perform one that is "
           "there, such as by handling a complaint."), '"perform"',
        "for `contract`: whether the recording is needed to conclude it or to perform it",
        without="callers hear that the contract needs it, and not what for; Home asks"),
        a.answer(CONTRACTS)] = ""
    health: Annotated[bool, N_("Callers may speak of their health"), Also(
        docs="only on `consent`, by a named law, or with `care_reason`; callers hear it (Art. 9)"),
        a.FLAG] = False
    special: Annotated[tuple[str, ...], N_("Other sensitive data that callers may speak of"), Also(
        example='["religion"]', docs="the same of the other kinds of Art. 9"), a.SPECIALS] = ()
    care_reason: Annotated[str, N_("Why health care needs it"), Also(
        N_("Only for health care under professional secrecy (Art. 9(2)(h) GDPR), where callers "
           "may speak of health and no consent is asked for."),
        docs="the office's reason under Art. 9(2)(h)"), a.JUSTIFICATION] = ""
    other_way_says: Annotated[Words, N_("Another way to contract, without a recording"), Also(
        docs="for `contract`: a sentence about another way, without a recording"),
        a.spoken()] = field(default_factory=dict)
    confirmed: Annotated[Confirmation | None, N_("Confirmed"), Also(
        docs="as of `[office]`, for words that are not among the "
        "[ready ones](../appliance/config/ready_purposes.toml)"), a.table(Confirmation)] = None

    @property
    def kinds(self) -> tuple[str, ...]:
        """Return the kinds of Art. 9 that callers may speak of, health first."""
        return (("health",) if self.health else ()) + self.special


_DRIVER = Also(example='{ driver = "exchange" }', docs="a driver, see below")


@dataclass(frozen=True, slots=True)
class Line:
    """One telephone line."""

    name: Annotated[str, N_("Name of the line"), Also(
        N_("Such as Reception: letters, digits and spaces. Its calibration belongs to this name."),
        '"Reception"', "your name for the line"),
        a.Kind(valid.valid_line_name)]
    number: Annotated[str, N_("Telephone number"), Also(
        example='"+48221234567"', docs="its number in any spelling"), a.NUMBER]
    hook: Annotated[Part, N_("Hook sensor"), _DRIVER, a.part(Part(""))]
    audio: Annotated[Part, N_("What hears the line"), _DRIVER, a.part(Part(""))]
    prompt: Annotated[Part, N_("What speaks on the line"), _DRIVER, a.part(Part(""))]
    kind: Annotated[LineKind, N_("What is on the line"), Also(
        docs="all but `phone` are never asked"), a.LINE_KIND] = LineKind.PHONE
    language: Annotated[str, N_("Language"), Also(
        docs="one of the office's", without="the first"), a.LANGUAGE] = ""
    other_languages: Annotated[tuple[str, ...], N_("Other languages of this line"), Also(
        N_("Callers from their countries are asked in them; everybody else can choose by key."),
        docs="[more of the office's](decisions/one-language-heard-whole.md)"), a.LANGUAGES_TOO] = ()
    purposes: Annotated[tuple[str, ...], N_("Purposes"), Also(
        docs="ids of purposes; without one the line records nothing"), a.PURPOSES] = ()
    choices: Annotated[Mapping[str, tuple[str, ...]], N_("Keys"), Also(
        N_("A key with no purpose refuses; exactly one does."),
        docs="key 1–9 → consent purposes agreed to; exactly one key maps to none and refuses; "
        "each purpose needs a key of its own, or `choose_key` "
        "([which keys](decisions/keys-that-are-understood.md))"),
        a.KEYS] = field(default_factory=dict)
    more_key: Annotated[str, N_("Key to hear more"), Also(
        docs='tells more: how long, who, which rights; `""` for none'), a.KEY] = "9"
    language_key: Annotated[str, N_("Key for the next language"), Also(
        docs='asks again in the next language, with `other_languages`; `""` for none'), a.KEY] = "3"
    choose_key: Annotated[str, N_("Key to choose one by one"), Also(
        N_("Usually empty."), docs="asks for each purpose by itself; needed for four; the key "
        "that agrees to all then agrees to each"), a.KEY] = ""
    records_from: Annotated[str, N_("First day on which it may record"), Also(
        N_("Two weeks after the staff were told in writing. Empty: at once."), '"2027-01-11"',
        "the first day on which the line may record: until the box surely knows that it has "
        "come, nobody is asked ([why](decisions/a-first-day.md))", without="any day"),
        a.DAY] = ""

    @property
    def speaks(self) -> bool:
        """Say whether something can be said on it; a passive ISDN tap only listens."""
        return all(declared(role, part).may_speak for role, part in self.parts.items())

    @property
    def simulated(self) -> bool:
        """Say whether there is no telephone network behind it."""
        return self.hook.driver in SIMULATED

    @property
    def real(self) -> bool:
        """Say whether a part of it has a device that is not simulated."""
        return any(part.driver not in {"", *SIMULATED} for part in self.parts.values())

    @property
    def digital(self) -> bool:
        """Say whether it is silent between calls, and has levels that are not ours."""
        return self.audio.driver in BY_NAME and BY_NAME[self.audio.driver].digital

    @property
    def parts(self) -> Mapping[str, Part]:
        """Return its three roles."""
        return {"hook": self.hook, "audio": self.audio, "prompt": self.prompt}


@dataclass(frozen=True, slots=True)
class Vault:
    """Settings of the vault."""

    eraser: Annotated[str, N_("Protection level"), Also(
        docs="level E0; E1, with `board_secret`; or E2, with `eeprom`, and `board_secret` if the "
        "root lay under it before", who=Who.FILE), a.word(ERASERS)] = "file"
    board_secret: Annotated[str, N_("File with the board key"), Also(
        docs="a file of 16 to 4096 bytes with the board's secret, which must not be on the "
        "card: a service of the board has to put it into memory at boot, as "
        "[the card](image.md#a-key-of-the-boards-own) does", who=Who.FILE), a.PATH] = ""
    eeprom: Annotated[str, N_("File of the memory chip"), Also(
        docs="the at24 driver's file of an AT24C32 "
        "([setting up](setting-up.md#a-chip-that-forgets))", who=Who.FILE), a.PATH] = ""
    pool_ahead: Annotated[int, N_("Recording keys made in advance"), Also(who=Who.FILE),
        whole(16, 65536)] = 4096
    prompts: Annotated[str, N_("Folder of your own announcements"), Also(
        docs="the folder of your own prompts, and of what the box spoke (`rendered`)",
        who=Who.FILE), a.PATH] = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """The panel's address, and what protects the way to it (``appliance.config.reach``)."""

    host: Annotated[str, N_("Address to listen on"), Also(
        N_("127.0.0.1 is this computer alone."),
        docs="the panel's address; beyond loopback it needs a certificate"),
        a.Kind(valid.valid_host)] = "127.0.0.1"
    port: Annotated[int, N_("Port"), Also(
        N_("The services of an installed device allow 8470 alone, until somebody edits them."),
        docs="its TCP port"), whole(1, 65535)] = 8470
    names: Annotated[tuple[str, ...], N_("Names by which browsers know it"), Also(
        N_("One a line."), '["zgoda.lan"]', "what browsers call it beside the address; any "
        "other name is refused. Needed if `host` means every address"), a.HOSTS] = ()
    certificate: Annotated[str, N_("Certificate"), Also(
        N_("A file in /etc/zgoda/tls."), docs="TLS certificate with its chain, a PEM file. With "
        "it and `key` the [proxy](#zgoda-proxy) serves the panel"), a.PATH] = ""
    key: Annotated[str, N_("Its private key"), Also(
        N_("A file that the proxy alone can read."), docs="its private key, a PEM file"),
        a.PATH] = ""
    trusted: Annotated[bool | None, N_("Every browser here trusts the certificate"), Also(
        N_("Tick it once no browser warns. Each one then comes with TLS alone for a year, and "
           "lets nobody pass a warning. Unticked again, it is told so at its next visit."),
        docs="`true`: every browser here trusts the certificate, and each is told never to "
        "come without TLS for a year (HSTS). `false` takes that back: each forgets it at its "
        "next visit. Without the setting nothing is said of it"), a.FLAG] = None


_PIN = Also(docs="a lamp's pin, by its BCM number ([lamps and button](front.md)); without the "
            "section the box leaves the pins alone")


@dataclass(frozen=True, slots=True)
class Front:
    """The pins of lamps and button, by BCM number."""

    green: Annotated[int, N_("Green lamp"), _PIN, a.PIN] = 17
    amber: Annotated[int, N_("Yellow lamp"), _PIN, a.PIN] = 27
    red: Annotated[int, N_("Red lamp"), _PIN, a.PIN] = 22
    button: Annotated[int, N_("Button"), Also(
        docs="the button's pin, to ground; the board's own resistor pulls it up"), a.PIN] = 23


@dataclass(frozen=True, slots=True)
class Config:
    """The whole configuration."""

    office: Office
    lines: tuple[Line, ...]
    purposes: tuple[Purpose, ...]
    vault: Vault = field(default_factory=Vault)
    backup: Backup = field(default_factory=Backup)
    panel: Panel = field(default_factory=Panel)
    front: Front | None = None  # None: the box leaves the pins alone
    stamp: Stamp = field(default_factory=Stamp)
    fresh: Annotated[bool, N_("Not set up yet"), Also(
        docs="nobody has set the box up: office and lines may be missing, and the panel "
        "[asks for them](setting-up.md#4-the-first-run)"), a.FLAG] = False

    @property
    def trial(self) -> bool:
        """Say whether a line is simulated, so that trial calls can be placed."""
        return any(line.simulated for line in self.lines)

    def purpose(self, purpose_id: str) -> Purpose:
        """Return the purpose with an id; raises KeyError."""
        return {purpose.id: purpose for purpose in self.purposes}[purpose_id]
# fmt: on


TABLES: Mapping[str, tuple[type, str]] = {
    "office": (Office, N_("Office")),
    "line": (Line, N_("Line")),
    "purpose": (Purpose, N_("Purpose")),
    "vault": (Vault, N_("Archive")),
    "backup": (Backup, N_("Backups")),
    "panel": (Panel, N_("Network and certificate")),
    "stamp": (Stamp, N_("Time stamps")),
    "front": (Front, N_("Lamps and button")),
}
"""Table of the file -> what it declares, and its name."""

LISTS = frozenset({"line", "purpose"})
"""Tables that there are several of, each below ``[[ ]]``."""

RETIRED: Mapping[str, tuple[str, ...]] = {"panel": ("allow_unencrypted",)}
"""Settings of earlier versions, which have no effect any more, by table.

An older configuration may hold one: the doctor tells of it, and nobody writes it anew.
"""


def retired_in(values: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return table and key of each setting among a configuration's values that is none any more."""
    return tuple(
        (table, key)
        for table, keys in RETIRED.items()
        for key in keys
        if isinstance(values.get(table), Mapping) and key in values[table]
    )
