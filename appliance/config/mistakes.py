"""List every mistake of the configuration: its code, and the sentence that says what to do.

Whoever finds a mistake raises its code with values; whoever shows it translates the sentence and
puts the values in. Values are what the owner wrote, numbers, or words of the settings themselves,
never a phrase: a phrase would stay English.
"""

import errno
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from appliance.config.words.vocabulary import with_language
from appliance.errors import ConfigError, in_short, shown
from appliance.language import N_, translated

Place = tuple[str | int, ...]
"""Keys and, inside lists, positions: ``("purpose", 0, "basis")``."""

LONGEST_VALUE = 100
"""Characters of one value: it crosses the link and stands in a sentence."""

LONGEST_PATH = 300
"""Characters of a path of the device's own, which somebody has to find."""

_BEGIN, _END = 60, 39
"""Characters that stay of a longer one."""

MISTAKES: Mapping[str, str] = {
    # of one value
    "missing": N_("Fill this in."),
    "empty": N_("Fill this in."),
    "text": N_("Write text in quotation marks."),
    "long_text": N_("Write one line of at most %(count)s characters."),
    "hidden": N_(
        "A character here cannot be shown (%(sign)s, at position %(position)s); remove it."
    ),
    "path": N_("Write the whole path, from / on."),
    "range": N_("Write a whole number from %(low)s to %(high)s."),
    "hundreds": N_("Write whole hundreds, such as 48000."),
    "flag": N_("Write true or false, without quotation marks."),
    "list": N_("Write a list in square brackets."),
    "twice": N_("Something is there twice; remove one."),
    "word": N_("Choose one of these: %(known)s."),
    "word_near": N_("“%(wrong)s” is not known here; did you mean %(near)s?"),
    "word_unknown": N_("“%(wrong)s” is not known here; choose one of these: %(known)s."),
    "day": N_("Write a day, such as 2027-01-11."),
    "host": N_("Write an address, such as 192.168.1.20."),
    "web_address": N_(
        "Write an address that begins with https:// or http://, without a user, a password or “?”."
    ),
    "country": N_("Choose a country: two capital letters, such as PL."),
    "outside_prefix": N_("Write at most four keys: digits, * or #."),
    "number": N_("Write a whole telephone number, such as +48221234567."),
    "line_name": N_("Use at most 40 letters, digits, spaces and .()-_"),
    "purpose_id": N_("Use small letters, digits and _."),
    "no_language": N_("Choose at least one."),
    "short_reason": N_("Write a sentence of at least %(count)s words that says why."),
    # of a table
    "not_a_table": N_("These are several settings: write them below a [header] of their own."),
    "not_tables": N_("Write each one below a [[header]] of its own."),
    "too_many_tables": N_("There are too many of them: at most %(most)s can be read."),
    "unknown": N_("There is no such setting; remove it."),
    "unknown_near": N_("There is no such setting; did you mean %(near)s?"),
    "unknown_more": N_(
        "More settings here are unknown (%(count)s); check whether this is the right file."
    ),
    "retired": N_("This is no setting any more and has no effect; remove it."),
    "again": N_("This is taken already; choose another."),
    # of the office's and purposes' words
    "long_spoken": N_("Say it shorter: at most %(count)s characters."),
    "as_spoken": N_("Write it as it is spoken: “%(words)s”."),
    "unspeakable": N_("“%(sign)s” is not spoken; write it in words."),
    "letters": N_("A voice for “%(language)s” cannot say “%(letters)s”; write other letters."),
    "many_words": N_("Use at most %(most)s words: a caller hears them once."),
    "leave_out": N_("Leave out “%(word)s” at the beginning: the sentence brings it."),
    "noun": N_("Write the noun alone, such as Schulung."),
    "full_start": N_("Begin with zur, zum or für, such as zur Schulung."),
    "genitive": N_("It follows “w celu”, so write: “%(words)s”."),
    "vague": N_("Say whose work is checked, and why."),
    "says": N_("Write three forms in place of this one: full, short and label."),
    "other_basis": N_("This goes with another basis; leave it empty here."),
    "nobody_named": N_("You say that nobody receives recordings: leave this empty."),
    "backups_by_hand": N_(
        "A person renews a backup, which holds what was erased until then: say within how many "
        "days."
    ),
    "backups_elsewhere": N_(
        "Backups go to the server %(server)s, which is not marked as your own: name who runs it, "
        "or mark it as your own on the page about SFTP."
    ),
    "backups_in_folder": N_(
        "Backups go to the folder %(path)s, which may be on another computer and is not marked as "
        "your own: name who runs that computer, or mark it as your own in the settings of the "
        "folder for backups."
    ),
    "vouched_there": N_("An administrator vouches for a voice on the page Announcements."),
    # of a purpose's basis
    "special_basis": N_(
        "Callers may speak of health or other sensitive data here: choose consent, a basis with a "
        "named law, or say why health care needs it."
    ),
    "not_answered": N_("Answer this: what callers hear goes by it."),
    "notice_unlawful": N_(
        "In this country a notice does not make a recording lawful, and it is a crime without "
        "consent; choose consent."
    ),
    "consent_days": N_(
        "With consent you may keep recordings for at most %(most)s days; write fewer."
    ),
    "many_days": N_("More than %(most)s days need a justification, or write fewer."),
    # of a line
    "no_line": N_("Describe at least one telephone line."),
    "not_of_office": N_("The office does not have this language; add it there first."),
    "no_purpose": N_("There is no purpose “%(name)s”."),
    "many_purposes": N_("A question can name at most %(most)s purposes; choose fewer."),
    "device_taken": N_("Line %(line)s has this device; give each line its own."),
    "half_simulated": N_("A line is simulated in all three parts or in none."),
    "simulated_beside": N_(
        "A device has simulated lines or real ones, never both: remove this line, or try it in a "
        "data folder of its own."
    ),
    "real_stays": N_(
        "This device is set up for real lines, so none of its lines can be simulated. Use a data "
        "folder of its own for a trial."
    ),
    "trial_stays": N_(
        "This is a trial, and a trial never records real calls. Begin a new data folder for the "
        "real line; “zgoda settings take” takes the settings along."
    ),
    # of a line's keys
    "key": N_("Choose a key from 0 to 9."),
    "key_used": N_("Key %(key)s does something else already; choose another."),
    "key_zero": N_("Key 0 takes back a consent; use one of %(keys)s."),
    "key_misheard": N_("The name of key %(key)s is misheard on a telephone; use one of %(keys)s."),
    "key_same": N_("It agrees to the same as key %(key)s; remove one of them."),
    "key_for_all": N_("One key has to agree to all of them; add it."),
    "keys_too_many": N_("These are too many for a key each: name a key to choose one by one."),
    "no_choice": N_("There is nothing to choose; leave this empty."),
    "no_consent": N_("“%(name)s” is no purpose of this line that needs consent."),
    "one_refuses": N_("Exactly one key refuses: leave all its boxes empty."),
    "nothing_refused": N_("Nothing on this line can be refused; remove the keys."),
    "no_key": N_("No key agrees to “%(name)s”; add one."),
    "only_together": N_("Consent is asked for each purpose: add a key for “%(name)s” alone."),
    # of devices
    "card_number": N_(
        "Write the card's name, such as LineTap, or its socket; its number may change."
    ),
    "no_device": N_("Name a device below /dev/."),
    "of_kind": N_("Only %(kinds)s has this option. Remove it, or choose that."),
    "two_cards": N_("Two sound cards drift apart: name the same one for hearing and speaking."),
    "own_port": N_("This is the port of the line monitor; name that of the other device."),
    "without_port": N_("Name the port of this device, too: %(option)s."),
    "tells_no_hook": N_(
        "NetCallerID shows who calls, not whether the phone is lifted: choose a line monitor, and "
        "name this port as its %(option)s."
    ),
    "modem_not_whole": N_(
        "A voice modem carries sound only for a whole line: name it, with one port, in hook, audio "
        "and prompt, or use a USB sound card."
    ),
    "modem_holds": N_(
        "This modem hears only while it holds the line, as one more phone would: set %(option)s to "
        "true, or use a USB sound card."
    ),
    "half_isdn": N_("An ISDN line is one device: choose ISDN for all three parts."),
    "end": N_("Write an IP address and a port, such as 127.0.0.1:9311."),
    "end_port": N_("Choose a port from %(low)s to %(high)s."),
    "end_of_all": N_("Name one address, not all of them."),
    "end_family": N_("Both ends of a tunnel are addresses of one kind: IPv4 or IPv6."),
    "tunnel_id": N_("Write 8 hex digits that are not all 0, such as 5a2b4c6d."),
    "tunnel_open": N_(
        "L1oIP neither encrypts nor proves who sends: use the end of a tunnel on this device "
        "(127.0.0.1), or set %(option)s to true if this address is in a VPN."
    ),
    # of archive and backups
    "eraser_needs": N_("This protection level (%(eraser)s) needs a file; name it."),
    "eraser_other": N_("Only another protection level uses this: set eraser to %(eraser)s."),
    "backup_nowhere": N_("Name the folder of the medium, too."),
    "file_alone": N_("Only the configuration file on the device can change this."),
    "stamp_nowhere": N_(
        "Without the address of an authority this says nothing: name it, or leave this out."
    ),
    # of the panel's address
    "pair": N_("Name certificate and key, or neither."),
    "tls_folder": N_("Put the file into /etc/zgoda/tls and name it there."),
    "no_certificate": N_(
        "Name a certificate and its key (`zgoda certificate` makes them), or write 127.0.0.1 as "
        "the address; no setting allows anything else."
    ),
    "no_names": N_("Write the names by which browsers know the panel."),
    # of a whole text
    "not_utf8": N_("This is not UTF-8 text; save the file as UTF-8."),
    "too_large": N_("This is longer than settings can be (%(most)s kB); shorten it."),
    "toml": N_("This is not valid TOML; correct column %(column)s of this line first."),
    "toml_end": N_("Something that was opened is not closed before the end; close it first."),
    "toml_twice": N_("This is there twice; remove one of them first."),
    "toml_deep": N_("Brackets are nested too deeply; remove some first."),
    "toml_digits": N_("A number has too many digits; shorten it first."),
    # of a file
    "file_missing": N_("The file %(path)s is missing."),
    "file_denied": N_("This user may not read %(path)s; change its rights."),
    "file_unreadable": N_("%(path)s cannot be read (%(error)s)."),
    "file_there": N_("%(path)s is there already; move it away to have a new one."),
    "file_unwritten": N_("%(path)s cannot be written (%(error)s)."),
    "file_special": N_("%(path)s is no ordinary file."),
    "file_not_utf8": N_("%(path)s is not UTF-8 text."),
    "kept_cut": N_(
        "The file %(path)s was cut or changed by hand; settings are changed in the panel."
    ),
    "kept_alone": N_("There is no copy of it: put one back from a backup."),
    "kept_copied": N_(
        "All settings hold: they were read from their copy. Restart the device, so that the "
        "archive service puts the file back."
    ),
    "kept_newer": N_(
        "%(path)s was made by a newer Zgoda, with settings that this one does not know "
        "(%(unknown)s): install that version, or go back to earlier settings."
    ),
    "kept_not_ordered": N_("%(path)s is not what an administrator has ordered."),
    "kept_unwritten": N_("The settings could not be written: look at the disk."),
    "kept_at_start": N_("This recorder follows the settings of its start; restart it."),
    "certificate_none": N_("%(path)s holds no certificate; name a file with one in PEM form."),
    "key_none": N_(
        "%(path)s holds no private key without a password; name a file with one in PEM form."
    ),
    "key_open": N_("Other users can read %(path)s: chmod 400 %(path)s, as its owner."),
    "key_of_another": N_("%(path)s is not the key of %(certificate)s; name the two of a pair."),
    # of the panel's word and of a card
    "panel_word": N_("%(path)s is not the panel’s word; remove it and restart the panel."),
    "panel_word_port": N_("%(path)s names a port that there is not; restart the panel."),
    "card_line": N_("Write name = value."),
    "card_sign": N_("Leave out quotation marks, backslashes and signs that do not print."),
    "card_name": N_("Use small letters, digits and hyphens, such as zgoda."),
    "card_network": N_("Write an address with its network, such as 192.168.1.20/24."),
    "card_foreign": N_("Choose an address of the office’s own network, such as 192.168.1.20/24."),
    "card_host": N_("Write the name or the address of a computer."),
    "card_zone": N_("Write a time zone, such as Europe/Warsaw."),
    "card_wifi": N_("The name of a radio network has at most 32 bytes; write a shorter one."),
    "card_password": N_("The password of a radio network has 8 to 63 letters, digits and signs."),
    "card_yes": N_("Write yes, or put a # before the line."),
    "card_key": N_("Write a public key, such as ssh-ed25519 AAAA…"),
    "card_gateway": N_("A gateway needs an address; add one, or remove the gateway."),
    "card_gateway_away": N_("The gateway %(gateway)s is not in the network %(network)s."),
    "card_no_wifi": N_("A password needs wifi, the name of the network; add it."),
    "card_wifi_half": N_("wifi needs wifi-password and country, such as PL; add them."),
    "no_user": N_("There is no user %(name)s."),
}
"""Code -> English sentence. A code is for ever: whoever renames one retires the old."""


class Invalid(ValueError):
    """A value that cannot be used: a code of ``MISTAKES``, and the values of its sentence."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values: Mapping[str, object] = values


class Mistake(Struct, frozen=True, forbid_unknown_fields=True):
    """A mistake in the configuration: where it is, and which."""

    place: Place
    code: str  # of ``MISTAKES``
    values: dict[str, str] = {}
    """Of the sentence; ``value`` is what stands at the place, ``example`` what may stand there."""
    line: int = 0  # of the text, counted from 1; 0: of none

    @property
    def key(self) -> str:
        """Return the key's name, without positions."""
        return ".".join(part for part in self.place if isinstance(part, str))

    @property
    def unknown(self) -> bool:
        """Say whether there is no such key: a slip of the pen, or a newer version's setting."""
        return self.code in {"unknown", "unknown_near", "unknown_more"}

    def sentence(self, language: str = "en") -> str:
        """Return what to do about it."""
        shown = with_language(self.values, lambda text: translated(text, language))
        return translated(MISTAKES[self.code], language) % shown

    def framed(self, source: str, language: str = "en") -> str:
        """Return it for who writes the file: where it is, what stands there and what to do."""
        where = ":".join(filter(None, (source, str(self.line or ""))))
        said = self.key
        if "value" in self.values:
            said = f"{said} = {self.values['value']}"
        example = f" ({self.values['example']})" if "example" in self.values else ""
        parts = (where, said, f"{self.sentence(language)}{example}")
        return in_short(": ".join(filter(None, parts)))


def mistake(place: Place, code: str, line: int = 0, /, **values: object) -> Mistake:
    """Make a mistake; a misspelt code or a missing value fails at once."""
    made = Mistake(place, code, {name: bounded(value) for name, value in values.items()}, line)
    made.sentence()
    return made


class MistakesFound(ConfigError):
    """A configuration, or a file that it names, cannot be used; ``mistakes`` says why."""

    readable: object = None
    """What could be read, with defaults for what could not: for further checks alone."""

    def __init__(self, source: str, *mistakes: Mistake) -> None:
        super().__init__("\n".join(each.framed(source) for each in mistakes))
        self.source, self.mistakes = source, mistakes

    @property
    def missing(self) -> bool:
        """Say whether all that is wrong with a file is that there is none."""
        return [each.code for each in self.mistakes] == ["file_missing"]

    def told(self, language: str) -> str:
        """Return all mistakes in a language, a line each."""
        return "\n".join(each.framed(self.source, language) for each in self.mistakes)


def unreadable(path: Path, error: OSError) -> MistakesFound:
    """Return why a file cannot be read: by the name of the system's error, which is no phrase."""
    if error.errno == errno.ENOENT:
        return found("file_missing", path=path)
    if error.errno == errno.EACCES:
        return found("file_denied", path=path)
    return found("file_unreadable", path=path, error=errno.errorcode.get(error.errno or 0, "EIO"))


def read_file(path: Path, most: int) -> bytes:
    """Return how a file begins, as far as it is looked at; raises MistakesFound."""
    try:
        with path.open("rb") as file:
            return file.read(most)
    except OSError as error:
        raise unreadable(path, error) from error


def unwritten(path: Path, error: OSError) -> MistakesFound:
    """Return why a file cannot be written, as ``unreadable`` does."""
    return found("file_unwritten", path=path, error=errno.errorcode.get(error.errno or 0, "EIO"))


def found(code: str, /, **values: object) -> MistakesFound:
    """Return an error of one mistake that is in no text."""
    return MistakesFound("", mistake((), code, **values))


def bounded(value: object) -> str:
    """Return a value as one line that is short enough for a sentence."""
    if isinstance(value, int) and value.bit_length() > 4 * LONGEST_VALUE:
        text = f"{value:#x}"  # Python does not write so many decimal digits
    elif isinstance(value, tuple | list):
        text = ", ".join(map(str, value))
    else:
        text = str(value)
    text = shown(text)
    longest = LONGEST_PATH if isinstance(value, Path) else LONGEST_VALUE
    return text if len(text) <= longest else f"{text[:_BEGIN]}…{text[-_END:]}"


def as_written(value: object) -> str | None:
    """Return a value as a file has it; None for one that is too large to be repeated."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            return f'"{value}"'
        case dict():
            return None
        case list():
            if any(isinstance(each, list | dict) for each in value[:LONGEST_VALUE]):
                return None
            return f"[{', '.join(str(as_written(each)) for each in value[:LONGEST_VALUE])}]"
        case _:
            return bounded(value)
