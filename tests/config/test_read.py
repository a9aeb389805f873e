"""A configuration arrives whole, or with all its mistakes and their lines."""

from collections.abc import Callable
from pathlib import Path

import pytest

from appliance.config.read import LONGEST_FILE, load, parse, trial
from appliance.config.settings import Basis, LineKind, Part
from appliance.errors import ConfigError

Mistakes = Callable[[str], list[str]]


def test_trial_is_one_line_on_the_exchange() -> None:
    config = trial()

    (line,) = config.lines
    assert (line.name, line.number, line.kind) == ("Reception", "+48221234567", LineKind.PHONE)
    assert line.hook == line.audio == line.prompt == Part("exchange")
    assert line.choices == {
        "1": ("training", "quality"),
        "4": ("training",),
        "6": ("quality",),
        "2": (),
    }
    assert {purpose.basis for purpose in config.purposes} == {Basis.CONSENT}
    assert config.office.languages == ("pl", "en", "de")


REAL = """
[office]
name = "Kancelaria Nowak"
controller = "Kancelaria Nowak sp. k., Warszawa"
contact = "rodo@kancelaria.example"
country = "PL"
languages = ["pl", "en"]
outside_prefix = "0"
pause_minutes = 3
controller_says = { pl = "Kancelaria Nowak", en = "Nowak Law Office" }

[[line]]
name = "Reception"
number = "22 123 45 67"
language = "en"
hook   = { driver = "monitor", dialect = "lm1", port = "/dev/serial/by-id/usb-a" }
audio  = { driver = "sound", card = "LineTap", rate = 44100, sides = "voltage/current" }
prompt = { driver = "sound", card = "LineTap" }
purposes = ["service", "training"]
choices = { "1" = ["training"], "2" = [] }

[[line]]
name = "Fax"
number = "+48221234568"
kind = "fax"
hook = { driver = "modem", port = "/dev/ttyACM0", profile = "conexant" }
audio = { driver = "modem", port = "/dev/ttyACM0", holds_line = true }
prompt = { driver = "modem", port = "/dev/ttyACM0" }

[[purpose]]
id = "service"
basis = "contract"
full = { pl = "obsługi umowy", en = "the service of your contract" }
short = { pl = "obsługę", en = "service" }
label = { pl = "obsługa umowy", en = "contract service" }
retention_days = 365
justification = "The terms of service name the recording of orders."

[[purpose]]
id = "training"
basis = "consent"
full = { pl = "szkolenia zespołu", en = "training", de = "zur Schulung" }
short = { pl = "szkolenie", en = "training", de = "Schulung" }
label = { pl = "szkolenie", en = "training", de = "Schulung" }
retention_days = 183

[vault]
eraser = "board"
board_secret = "/run/zgoda/board"
pool_ahead = 512
prompts = "/etc/zgoda/prompts"

[panel]
host = "0.0.0.0"
port = 8471
"""


def test_everything_that_can_be_set_arrives() -> None:
    config = parse(REAL)

    line, fax = config.lines
    assert line.number == "+48221234567"
    assert line.language == "en"
    assert line.hook == Part("monitor", {"dialect": "lm1", "port": "/dev/serial/by-id/usb-a"})
    assert line.audio.options == {"card": "LineTap", "rate": 44100, "sides": "voltage/current"}
    assert fax.kind is LineKind.FAX
    assert fax.hook.options["profile"] == "conexant"
    assert config.office.outside_prefix == "0"
    assert config.purpose("service").retention_days == 365
    assert config.purpose("training").full["de"] == "zur Schulung"
    assert (config.vault.eraser, config.vault.pool_ahead) == ("board", 512)
    assert (config.panel.host, config.panel.port) == ("0.0.0.0", 8471)  # noqa: S104 - a setting


def test_an_eeprom_is_named_by_its_drivers_file() -> None:
    vault = parse(REAL.replace('"board"', '"eeprom"\neeprom = "/sys/e"')).vault
    assert (vault.eraser, vault.eeprom) == ("eeprom", "/sys/e")
    assert vault.board_secret, "under which the root may have lain before"


def test_all_mistakes_are_told_together_in_the_order_of_the_file(mistakes: Mistakes) -> None:
    text = REAL.replace("pause_minutes = 3", "pause_minute = 3\npause_minutes = 0")
    text = text.replace('card = "LineTap"', "crad = 1", 1).replace("port = 8471", "port = 0")

    said = mistakes(text)

    assert [line.split(": ")[:2] for line in said] == [
        ["office.toml:9", "office.pause_minute"],
        ["office.toml:10", "office.pause_minutes"],
        ["office.toml:18", "line.audio.card"],
        ["office.toml:18", "line.audio.crad"],
        ["office.toml:56", "panel.port"],
    ]
    assert said[3].endswith("is unknown; did you mean card?")


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ('name = "Kancelaria Nowak"', "", "2: office.name: is missing; add name = "),
        ('basis = "contract"', "", "30: purpose.basis: is missing; add basis = "),
        ('"Reception"', '"Fax"', "23: line.name: is 'Fax' again"),
        ('id = "service"', 'id = "training"', "40: purpose.id: is 'training' again"),
        ('language = "en"', 'language = "de"', "15: line.language: is 'de', which office.lang"),
        ('driver = "sound", card', 'driver = "exchange", card', "line.audio.card: is unknown"),
        ('sides = "voltage/current"', 'sides = "stereo"', "17: line.audio.sides: is 'stereo'"),
        ("rate = 44100", 'rate = "48000"', "17: line.audio.rate: is text; write"),
        ("rate = 44100", "rate = 4000", "17: line.audio.rate: is 4000; choose"),
        ('card = "LineTap", rate', 'card = "1", rate', "17: line.audio.card: is the number 1"),
        ('card = "LineTap" }\npur', 'card = "L", rate = 8000 }\npur', "line.prompt.rate: is unkn"),
        ('{ driver = "sound", card = "LineTap" }', '{ driver = "exchange" }', "neither simulated"),
        ('"monitor"', '"sound"', "16: line.hook.driver: is 'sound'; known are exchange, monitor"),
        ("hook   = {", "hok = {", "12: line.hook: is missing"),
        ('["service", "training"]', '["service", "trainin"]', "did you mean training?"),
        ('["training"],', '["service"],', "20: line.choices.1: agrees to 'service', which is not"),
        ('["training"],', "[],", "20: line.choices: keys 1, 2 all refuse; map exactly one"),
        ('"2" = []', '"2" = ["training"]', "20: line.choices: no key refuses"),
        ('"1" = ["training"], ', "", "agrees to 'training' by no key"),
        ("choices =", 'more_key = "1"\nchoices =', "20: line.more_key: is 1, which choices has"),
        ("choices =", 'choose_key = "9"\nmore_key = "9"\nchoices =', "is 9, as more_key"),
        ("choices =", 'choose_key = "*"\nchoices =', "20: line.choose_key: is not a key"),
        ('"2" = []', '"#" = []', "20: line.choices.#: is not a key"),
        ("retention_days = 183", "retention_days = 184", "consent does not carry longer"),
        ('justification = "The', 'just = "The', "36: purpose.retention_days: is 365, more than"),
        ('basis = "contract"', 'basis = "public_tsk"', "did you mean public_task?"),
        (', en = "the service of your contract"', "", "full.en: is missing"),
        ("label = {", "lable = {", "label: is missing; add label ="),
        ('board_secret = "/run/zgoda/board"', "", "vault.board_secret: is missing"),
        ('eraser = "board"', "", "is only used by the"),
        ('eraser = "board"', 'eraser = "eeprom"', "vault.eeprom: is missing; the"),
        ('eraser = "board"', 'eraser = "board"\neeprom = "/sys/e"', 'set eraser = "eeprom"'),
        ("[panel]", "[pannel]", "53: pannel: is unknown; did you mean panel?"),
        ("[[purpose]]", "[purpose]", "is not valid TOML"),
        (", holds_line = true", "", "27: line.audio.driver: is 'modem', which hears only while"),
        ("holds_line = true", "holds_line = false", "write holds_line = true, or use a sound"),
        ("holds_line = true", 'holds_line = "yes"', "line.audio.holds_line: is"),
        ('"/dev/ttyACM0", hold', '"/dev/ttyACM1", hold', "27: line.audio.driver: is 'modem', but"),
        (
            'audio = { driver = "modem", port = "/dev/ttyACM0", holds_line = true }',
            'audio = { driver = "sound", card = "Tap" }',
            "line.prompt.driver: is 'modem', but not the whole line is one modem's",
        ),
        ('profile = "conexant"', "holds_line = true", "line.hook.holds_line: is unknown"),
        ('hook = { driver = "modem"', 'hook = "modem" #', "line.hook: is not a table"),
    ],
)
def test_each_mistake_names_its_line_and_the_way_out(
    right: str, wrong: str, said: str, mistakes: Mistakes
) -> None:
    assert right in REAL

    told = mistakes(REAL.replace(right, wrong, 1))

    assert any(said in line for line in told), told


def test_two_lines_have_two_devices(mistakes: Mistakes) -> None:
    """They would hear, and speak into, each other's calls."""
    second = """
    [[line]]
    name = "Boss"
    number = "+48221234569"
    hook = { driver = "monitor", dialect = "lm1", port = "/dev/serial/by-id/usb-a" }
    audio = { driver = "sound", card = "LineTap" }
    prompt = { driver = "sound", card = "OtherTap" }
    purposes = ["service"]
    """
    first, _, rest = REAL.partition("[[purpose]]")

    port, card = mistakes(f"{first}{second}\n[[purpose]]{rest}")

    has = "which line 'Reception' has; give each line a device of its own"
    assert f"hook.port: is '/dev/serial/by-id/usb-a', {has}" in port
    assert f"audio.card: is 'LineTap', {has}" in card


SECOND = """
[[line]]
name = "Boss"
number = "+48221234569"
{hook}
audio = {{ driver = "sound", card = "OtherTap" }}
prompt = {{ driver = "sound", card = "OtherTap" }}
purposes = ["service"]
"""
LM1 = 'dialect = "lm1", port = "/dev/serial/by-id/usb-a"'


def hooked(first: str, second: str | None = None) -> str:
    """The settings with other options of the monitor, perhaps with a second line."""
    text = REAL.replace(LM1, first, 1)
    if second is None:
        return text
    lines, _, rest = text.partition("[[purpose]]")
    hook = f'hook = {{ driver = "monitor", {second} }}'
    return f"{lines}{SECOND.format(hook=hook)}\n[[purpose]]{rest}"


def test_the_lines_of_a_whozz_unit_share_its_port_under_numbers_of_their_own(
    mistakes: Mistakes,
) -> None:
    unit = 'dialect = "whozz", port = "/dev/serial/by-id/usb-w"'
    config = parse(hooked(unit, f"{unit}, line = 2"))
    lines = [each for each in config.lines if each.hook.options.get("dialect") == "whozz"]
    assert [line.hook.options.get("line", 1) for line in lines] == [1, 2]
    for second in (unit, f"{unit}, line = 1", LM1.replace("usb-a", "usb-w")):
        told = mistakes(hooked(unit, second))
        assert any("hook.port: is '/dev/serial/by-id/usb-w', which line" in each for each in told)


@pytest.mark.parametrize(
    ("hook", "said"),
    [
        (f"{LM1}, line = 2", "hook.line: belongs to whozz"),
        (f'{LM1}, off_hook = "dcd"', "hook.off_hook: belongs to optocouplers"),
        ('dialect = "whozz", port = "/dev/a", line = 9', "hook.line: is 9; choose from 1 to 8"),
        ('dialect = "optocouplers", port = "/dev/a"', "hook.off_hook: is missing"),
        (
            'dialect = "optocouplers", port = "/dev/a", off_hook = "dtr"',
            "hook.off_hook: is 'dtr'",
        ),
        ('dialect = "netcallerid", port = "/dev/a"', "hook.dialect: tells who calls, not that"),
        (
            'dialect = "whozz", port = "/dev/a", caller_port = "/dev/b"',
            "hook.caller_port: belongs to optocouplers and lm1",
        ),
        (
            f'{LM1}, caller_port = "/dev/serial/by-id/usb-a"',
            "hook.caller_port: is the monitor's own port",
        ),
        (f'{LM1}, caller = "modem"', "hook.caller: names a device without its port"),
        (f'{LM1}, caller = "fax", caller_port = "/dev/b"', "hook.caller: is 'fax'"),
        (
            'dialect = "whozz", port = "/dev/a", caller = "modem", caller_port = "/dev/b"',
            "hook.caller: belongs to optocouplers and lm1",
        ),
    ],
)
def test_an_option_belongs_to_its_dialect(hook: str, said: str, mistakes: Mistakes) -> None:
    told = mistakes(hooked(hook))
    assert any(said in each for each in told), told


def test_optocouplers_name_their_pins(mistakes: Mistakes) -> None:
    pins = {"off_hook": "not dcd", "ringing": "ri", "caller_port": "/dev/b"}
    written = ", ".join(f'{name} = "{value}"' for name, value in pins.items())
    config = parse(hooked(f'dialect = "optocouplers", port = "/dev/a", {written}'))
    assert config.lines[0].hook.options == {"dialect": "optocouplers", "port": "/dev/a", **pins}


def test_objectionable_bases_need_a_justification(good: str, mistakes: Mistakes) -> None:
    for basis in ("public_task", "legitimate_interests"):
        text = good.replace('basis = "consent"', f'basis = "{basis}"', 1)
        text = text.replace(
            '"1" = ["training", "quality"], "4" = ["training"], "6" = ["quality"]',
            '"1" = ["quality"]',
        )
        says = "law_says" if basis == "public_task" else "interest_says"
        missing = {line.split(": ")[1] for line in mistakes(text)}
        assert missing == {"purpose.justification", f"purpose.{says}"}
        words = '{ pl = "wyjaśnianie awarii", en = "following up faults", de = "an der Klärung" }'
        reason = f"retention_days = 90\n{says} = {words}"
        reason += '\njustification = "A weighing of interests is on file."'
        assert mistakes(text.replace("retention_days = 90", reason, 1)) == []


def test_a_line_without_consent_or_objection_has_no_keys(good: str, mistakes: Mistakes) -> None:
    text = good.replace('basis = "consent"', 'basis = "contract"')

    assert any("nothing on this line can be refused" in line for line in mistakes(text))
    without = "\n".join(line for line in text.splitlines() if not line.startswith("choices"))
    assert mistakes(without) == []


def test_the_second_layer_has_a_key_and_a_choice_one_by_one_has_none(
    good: str, mistakes: Mistakes
) -> None:
    line = parse(good).lines[0]
    assert (line.more_key, line.choose_key) == ("9", "")
    keyed = good.replace('more_key = "9"', 'more_key = ""\nchoose_key = "7"')
    assert mistakes(keyed) == []
    line = parse(keyed).lines[0]
    assert (line.more_key, line.choose_key) == ("", "7")


def test_an_empty_file_misses_the_office_and_a_line(mistakes: Mistakes) -> None:
    keys = [line.split(": ")[1] for line in mistakes("")]

    office = ["office.contact", "office.controller", "office.controller_says", "office.name"]
    assert keys == ["line", *office]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[office]\nname = \n", "office.toml:2: is not valid TOML at column 8: invalid value"),
        ("[office\n", "office.toml:1: is not valid TOML at column 8"),
        ('a = "\n', "office.toml:1: is not valid TOML at column"),
        ("a = [1,\n2", "office.toml:2: is not valid TOML at the end"),
        ("a = 1\na = 2\n", "office.toml:2: is not valid TOML"),
    ],
)
def test_what_is_no_toml_is_one_sentence(text: str, said: str, mistakes: Mistakes) -> None:
    (told,) = mistakes(text)

    assert told.startswith(said)


def test_a_key_that_cannot_be_shown_is_named_without_its_signs(mistakes: Mistakes) -> None:
    told = mistakes('"\\u202eemit\\u001b[2J\\n" = 1\n"' + "x" * 5000 + '" = 1\n')

    assert all(line.isprintable() and len(line) < 700 for line in told)
    assert any(
        "\N{REPLACEMENT CHARACTER}emit\N{REPLACEMENT CHARACTER}[2J : is unknown" in line
        for line in told
    )


def test_a_file_is_read_with_or_without_a_byte_order_mark(tmp_path: Path, good: str) -> None:
    path = tmp_path / "zgoda.toml"
    for encoding in ("utf-8", "utf-8-sig"):
        path.write_text(good, encoding)
        assert load(path) == trial()


def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path: Path, good: str) -> None:
    missing, latin, large = (tmp_path / name for name in ("missing", "latin", "large"))
    latin.write_bytes(good.encode("cp1250"))
    large.write_text("#" * (LONGEST_FILE + 1))
    for path, said in [
        (missing, "cannot be read: No such file or directory"),
        (tmp_path, "cannot be read: Is a directory"),
        (latin, "is not UTF-8 text"),
        (large, "larger than a configuration"),
    ]:
        with pytest.raises(ConfigError) as refused:
            load(path)
        assert said in str(refused.value)
        assert "\n" not in str(refused.value)


@pytest.mark.parametrize("day", ['"2027-01-11"', "2027-01-11"])
def test_a_line_may_wait_for_its_first_day(good: str, day: str) -> None:
    text = good.replace('more_key = "9"', f'records_from = {day}\nmore_key = "9"')
    assert parse(text).lines[0].records_from == "2027-01-11"


@pytest.mark.parametrize(
    "day", ['"soon"', '"11.01.2027"', '"2027-02-30"', "20270111", '""', "true"]
)
def test_a_first_day_that_is_none_is_a_mistake(good: str, mistakes: Mistakes, day: str) -> None:
    (mistake,) = mistakes(good.replace('more_key = "9"', f'records_from = {day}\nmore_key = "9"'))
    assert "records_from" in mistake
