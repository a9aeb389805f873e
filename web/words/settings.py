"""Say where a setting stands, what is wrong with it and what has to be confirmed."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from appliance.link.requests.settings import Mistake, Place
from web.settings.fields import LANGUAGE_NAMES
from web.settings.fields import SECTIONS as FORMS

SECTIONS = {
    "office": _l("Office"),
    "line": _l("Line"),
    "purpose": _l("Purpose"),
    "panel": _l("Network and certificate"),
    "front": _l("Lamps and button"),
    "vault": _l("Vault"),
    "fresh": _l("Not set up yet"),
}
"""Table of the settings -> its name."""

STATEMENTS = {
    "justified": _l(
        "I have read this justification; it is true, and the interests of the callers were weighed."
    ),
    "fits": _l("I have read when this basis fits, and it fits this purpose."),
    "advised": _l("Somebody who knows the law, such as our data protection officer, agrees."),
    "words": _l("I have read these words aloud in their sentences, and they are right in each."),
}

RECORDER = {
    "taken": _l("Saved. Each line follows from its next call on."),
    "away": _l("Saved. The recorder is not running; it follows at its next start."),
    "refused": _l("Saved, but not every line follows. The doctor says why."),
    "none": _l("Nothing was changed."),
    "seed": _l("The configuration file was left as it is. It does not hold."),
}
"""Outcome of a change -> its sentence."""

_PATTERNS: tuple[tuple[str, Any], ...] = (
    (r"is missing(?: for \w+)?; add .*", _l("Fill this in.")),
    (r"is empty; write a few words", _l("Fill this in.")),
    (r"is empty; name at least one of .*", _l("Choose at least one.")),
    (
        r"is longer than (?P<count>\d+) characters or more than a line; .*",
        _l("Write one line of at most %(count)s characters."),
    ),
    (r"is .*; write text in quotation marks", _l("Write text.")),
    (r"is .*; write the whole path, beginning with /", _l("Write the whole path, from / on.")),
    (
        r"is .*; (?:write a whole number of .* from|choose from) (?P<low>\d+) (?:to|and) "
        r"(?P<high>\d+)(?: .*)?",
        _l("Write a whole number from %(low)s to %(high)s."),
    ),
    (r"is .*; choose a rate of whole hundreds.*", _l("Write whole hundreds, such as 48000.")),
    (
        r"is the number .*, which may be another card's tomorrow; .*",
        _l("Write the card's name, such as LineTap, or its socket; its number may change."),
    ),
    (r"is .*, which clocks and expansion boards use; .*", _l("Choose a pin from 4 to 27.")),
    (r"is .*, as .*; give each its own pin", _l("Give each lamp and the button its own pin.")),
    (
        r"is '(?P<wrong>[^']*)'; (?:did you mean|known are) .*",
        _l("“%(wrong)s” is not known here; choose another."),
    ),
    (r"is .*, not a day; write it like .*", _l("Write a day, such as 2027-01-11.")),
    (r"is .*; write a country's two capital letters.*", _l("Choose a country.")),
    (r"is .*; write at most four keys .*", _l("Write at most four keys: digits, * or #.")),
    (
        r"is .*, not a number of \w+; write it whole.*",
        _l("Write a whole telephone number, such as +48221234567."),
    ),
    (r"is .*; write an address such as .*", _l("Write an address, such as 192.168.1.20.")),
    (r"names something twice; remove one", _l("Something is there twice; remove one.")),
    (
        r"is .*; use at most 40 letters.*",
        _l("Use at most 40 letters, digits, spaces and .()-_"),
    ),
    (r"is .*; use small letters, digits and _.*", _l("Use small letters, digits and _.")),
    (r"is not a key; .*", _l("Choose a key from 0 to 9.")),
    (r"is .* again; give each its own", _l("Another one has this name; give each its own.")),
    (
        r"is (?P<days>\d+), more than (?P<most>\d+) days; consent does not carry longer.*",
        _l("Consent carries at most %(most)s days; write fewer."),
    ),
    (
        r"is (?P<days>\d+), more than (?P<most>\d+) days; say why in justification.*",
        _l("More than %(most)s days need a justification, or write fewer."),
    ),
    (
        r"is .*, which line '(?P<line>[^']*)' has; .*",
        _l("Line %(line)s has this device; give each line its own."),
    ),
    (
        r"is .* and .* is 'exchange', so that .*",
        _l("A line is simulated in all three parts or in none."),
    ),
    (
        r"names '(?P<name>[^']*)', which no \[\[purpose\]\] has; .*",
        _l("There is no purpose “%(name)s”."),
    ),
    (
        r"agrees to '(?P<name>[^']*)', which is not a consent purpose of this line.*",
        _l("“%(name)s” is no purpose of this line that needs consent."),
    ),
    (
        r"(?:no key refuses|keys .* all refuse); .*",
        _l("Exactly one key refuses: leave all its boxes empty."),
    ),
    (
        r"is given, but nothing on this line can be refused.*",
        _l("Nothing on this line can be refused; remove the keys."),
    ),
    (
        r"agrees to '(?P<name>[^']*)' by no key; .*",
        _l("No key agrees to “%(name)s”; add one."),
    ),
    (
        r"is .*, which office.languages lacks; .*",
        _l("The office does not have this language; add it there first."),
    ),
    (r"needs (?P<key>\w+); name its file, too", _l("Name certificate and key, or neither.")),
    (
        r"is no setting any more and has no effect; remove it",
        _l("This is no setting any more and has no effect; remove it."),
    ),
    (
        r"The panel does not listen on .* without a certificate.*",
        _l("Name a certificate and its key, or listen on 127.0.0.1 alone."),
    ),
    (
        r"The panel does not listen on .* without names.*",
        _l("Write the names by which browsers know the panel."),
    ),
    (
        r"is .*; write a sentence of (?P<count>\d+) words or more that says why",
        _l("Write a sentence of at least %(count)s words that says why."),
    ),
    (
        r"is set in the configuration file alone.*",
        _l("Only the configuration file on the box can change this."),
    ),
    (r"lies elsewhere; .*", _l("Put the file into /etc/zgoda/tls and name it there.")),
    (r"is .*, which is no device; .*", _l("Name a device below /dev/.")),
    (r"is there (?P<count>\d+) times; .*", _l("There are too many of them.")),
    (
        r"is longer than (?P<count>\d+) characters; say it shorter",
        _l("Say it shorter: at most %(count)s characters."),
    ),
    (
        r'is not written as it is spoken; write "(?P<words>.*)"',
        _l("Write it as it is spoken: “%(words)s”."),
    ),
    (
        r"holds (?P<what>'.*'|\".*\"), which is not spoken; .*",
        _l("%(what)s is not spoken; write it in words."),
    ),
    (
        r"holds letters that the voice of this language cannot say; .*",
        _l("The voice of this language cannot say some of these letters; write others."),
    ),
    (
        r"has \d+ words; (?P<most>\d+) at most, .*",
        _l("Use at most %(most)s words: a caller hears them once."),
    ),
    (
        r"begins with '(?P<word>.*)', but (?:follows .*|stands alone); leave that word out",
        _l("Leave out “%(word)s” at the beginning: the sentence brings it."),
    ),
    (
        r"begins with '.*'; write the noun alone, .*",
        _l("Write the noun alone, such as Schulung."),
    ),
    (r"begins with '.*'; begin with .*", _l("Begin with zur, zum or für, such as zur Schulung.")),
    (
        r'follows "w celu" and stands in the genitive; write "(?P<words>.*)"',
        _l("It follows “w celu”, so write: “%(words)s”."),
    ),
    (
        r"does not say of what; .*",
        _l("That does not say of what: name whose work is looked at, and why."),
    ),
    (
        r"names \d+ purposes; a question can name (?P<most>\d+) at most",
        _l("A question can name at most %(most)s purposes; choose fewer."),
    ),
    (
        r"opens a choice(?: of one purpose|, but nothing here is a choice); remove it",
        _l("There is nothing to choose; leave this empty."),
    ),
    (
        r"is (?P<key>\d), (?:which choices has|as more_key); choose another.*",
        _l("Key %(key)s does something else already; choose another."),
    ),
    (
        r"agrees to the same as (?P<key>\d); remove one of them",
        _l("It agrees to the same as key %(key)s; remove one of them."),
    ),
    (
        r"is 0, which takes back .*; use one of (?P<keys>.*)",
        _l("Key 0 takes back a consent; use one of %(keys)s."),
    ),
    (
        r"is (?P<key>\d)(?:, whose name| beside \d:) .*; use one of (?P<keys>.*)",
        _l("The name of key %(key)s is misheard on a telephone; use one of %(keys)s."),
    ),
    (r"needs a key that agrees to all; .*", _l("One key has to agree to all of them; add it.")),
    (
        r"is missing for \d+ consent purposes, too many for a key each; .*",
        _l("These are too many for a key each: name a key to choose one by one."),
    ),
    (
        r"agrees to '(?P<name>[^']*)' only together with others; .*",
        _l("Consent is asked for each purpose: add a key for “%(name)s” alone."),
    ),
    (
        r"is spoken only for .*; remove it",
        _l("On this basis nobody says these words; leave them empty."),
    ),
    (
        r"is \w+, with country = (?P<country>\w+): .*; use consent",
        _l(
            "In this country a notice does not make a recording lawful, and it is a crime without "
            "consent; choose consent."
        ),
    ),
)
"""What a mistake says in English -> what to do, for people who do not write the file."""

_COMPILED = tuple((re.compile(pattern, re.DOTALL), said) for pattern, said in _PATTERNS)


def mistake(found: Mistake) -> str:
    """Return what to do about a mistake; one that this page does not know is said in English."""
    return known_mistake(found.text) or found.text[:1].upper() + found.text[1:]


def known_mistake(text: str) -> str:
    """Return what to do about a mistake; empty for one that this page does not know."""
    return _told(text, _COMPILED)


_LACKING: tuple[tuple[str, Any], ...] = (
    (
        r"line (?P<line>.+) has no \w+ in \w+ that names its purposes and keys; .*",
        _l("Nobody has spoken the words of line %(line)s yet, with its purposes and keys."),
    ),
    (
        r"nobody has confirmed the office's names as they are spoken; .*",
        _l("Nobody has confirmed how the office's name is spoken."),
    ),
    (
        r"nobody has confirmed the words of purpose (?P<name>\w+); .*",
        _l("Nobody has confirmed the words of purpose “%(name)s”."),
    ),
    (
        r"office.controller_says has no \w+; .*",
        _l("The office's name, as it is spoken, is missing."),
    ),
    (
        r"purpose (?P<name>\w+) has no \w+ in \w+; add it",
        _l("Words of purpose “%(name)s” are missing in the language of the line."),
    ),
    (
        r"The purpose (?P<name>\w+) has no justification\.",
        _l("The purpose “%(name)s” has no justification."),
    ),
)
"""What is missing before a line records, as the recorder says it -> in the reader's language."""

_COMPILED_LACKING = tuple((re.compile(pattern, re.DOTALL), said) for pattern, said in _LACKING)


def lacking(sentence: str) -> str:
    """Return what is missing before a line records; what this page does not know, in English."""
    return _told(sentence, _COMPILED_LACKING) or sentence


def all_lacking(sentences: Iterable[str]) -> list[tuple[str, bool]]:
    """Return what is missing, each once, and whether it is said in English."""
    told = dict.fromkeys((lacking(each), lacking(each) == each) for each in sentences)
    return list(told)


def _told(text: str, patterns: tuple[tuple[re.Pattern[str], Any], ...]) -> str:
    for pattern, said in patterns:
        if (told := pattern.fullmatch(text)) is not None:
            values = {name: value for name, value in told.groupdict().items() if value is not None}
            return str(said) % values if values else str(said)
    return ""


def place(found: Place, values: Mapping[str, Any] | None = None) -> str:
    """Return where a setting stands: its section, which line or purpose, and its field."""
    if not found:
        return str(gettext("Settings"))
    head, *rest = found
    said = [str(SECTIONS.get(str(head), head))]
    if rest and str(head) in {"line", "purpose"}:
        said.append(_item(str(head), rest.pop(0), values))
    return " › ".join([*said, *map(field, rest)])


def _item(table: str, which: str | int, values: Mapping[str, Any] | None) -> str:
    tables = (values or {}).get(table, [])
    if isinstance(which, int):
        named = tables[which] if which < len(tables) else {}
        return str(named.get("name") or named.get("id") or which + 1)
    return which


def field(key: str | int) -> str:
    """Return the name of a setting's field or language; the key itself if it has none."""
    for section in FORMS.values():
        for each in section.fields:
            if each.key == key:
                return str(each.label)
    return str(LANGUAGE_NAMES.get(str(key), key))
