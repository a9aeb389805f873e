"""A configuration arrives whole, or with all its mistakes and their lines."""

from collections.abc import Callable
from pathlib import Path

import pytest

from appliance.config.mistakes import LONGEST_VALUE, Mistake, MistakesFound
from appliance.config.read import LONGEST_FILE, load, parse, trial
from appliance.config.settings import Basis, LineKind, Part
from tests.config.offices import REAL

Mistakes = Callable[[str], list[tuple[str, str]]]
Found = Callable[[str], tuple[Mistake, ...]]


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


def test_all_mistakes_are_told_together_in_the_order_of_the_file(found: Found) -> None:
    text = REAL.replace("pause_minutes = 3", "pause_minute = 3\npause_minutes = 0")
    text = text.replace('card = "LineTap"', "crad = 1", 1).replace("port = 8471", "port = 0")

    assert [(each.line, each.key, each.code) for each in found(text)] == [
        (9, "office.pause_minute", "unknown_near"),
        (10, "office.pause_minutes", "range"),
        (18, "line.audio.crad", "unknown_near"),
        (56, "panel.port", "range"),
    ]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Write a whole number from 1 to 30."),
        ("pl", "Wpisz liczbę całkowitą od 1 do 30."),
        ("de", "Geben Sie eine ganze Zahl von 1 bis 30 an."),
    ],
)
def test_whoever_writes_the_file_reads_place_value_and_what_to_do(language: str, said: str) -> None:
    with pytest.raises(MistakesFound) as found:
        parse(REAL.replace("pause_minutes = 3", "pause_minutes = 999"), "office.toml")
    assert found.value.told(language) == f"office.toml:9: office.pause_minutes = 999: {said}"


def test_a_value_is_shown_short_and_on_one_line(found: Found) -> None:
    for value in ('"x\\u0007\\ny"', f'"{"z" * 5000}"', "[1, 2]", f"0x{'f' * 5000}", "1979-05-27"):
        (told,) = found(REAL.replace("pause_minutes = 3", f"pause_minutes = {value}"))
        assert told.code == "range"
        assert all(len(each) <= LONGEST_VALUE for each in told.values.values())
        assert told.framed("office.toml").isprintable()


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ('name = "Kancelaria Nowak"', "", [(2, "office.name", "missing")]),
        (
            'basis = "contract"',
            "",
            [(30, "purpose.basis", "missing")],
        ),
        ('"Reception"', '"Fax"', [(23, "line.name", "again")]),
        (
            'id = "service"',
            'id = "training"',
            [(19, "line.purposes", "no_purpose"), (40, "purpose.id", "again")],
        ),
        ('language = "en"', 'language = "de"', [(15, "line.language", "not_of_office")]),
        (
            'driver = "sound", card',
            'driver = "exchange", card',
            [
                (16, "line.hook.driver", "half_simulated"),
                (17, "line.audio.card", "unknown"),
                (17, "line.audio.rate", "unknown"),
                (18, "line.prompt.driver", "half_simulated"),
            ],
        ),
        (
            'sides = "voltage/current"',
            'sides = "stereo"',
            [(17, "line.audio.sides", "word_unknown")],
        ),
        ("rate = 44100", 'rate = "48000"', [(17, "line.audio.rate", "range")]),
        ("rate = 44100", "rate = 4000", [(17, "line.audio.rate", "range")]),
        ('card = "LineTap", rate', 'card = "1", rate', [(17, "line.audio.card", "card_number")]),
        (
            'card = "LineTap" }\npur',
            'card = "LineTap", rate = 8000 }\npur',
            [(18, "line.prompt.rate", "unknown")],
        ),
        (
            '{ driver = "sound", card = "LineTap" }',
            '{ driver = "exchange" }',
            [
                (16, "line.hook.driver", "half_simulated"),
                (17, "line.audio.driver", "half_simulated"),
            ],
        ),
        ('"monitor"', '"sound"', [(16, "line.hook.driver", "word_unknown")]),
        ("hook   = {", "hok = {", [(16, "line.hok", "unknown_near")]),
        (
            '["service", "training"]',
            '["service", "trainin"]',
            [(19, "line.purposes", "word_near")],
        ),
        (
            '["training"],',
            '["service"],',
            [(20, "line.choices", "no_key"), (20, "line.choices.1", "no_consent")],
        ),
        (
            '["training"],',
            "[],",
            [(20, "line.choices", "no_key"), (20, "line.choices", "one_refuses")],
        ),
        (
            '"2" = []',
            '"2" = ["training"]',
            [(20, "line.choices", "one_refuses"), (20, "line.choices.2", "key_same")],
        ),
        ('"1" = ["training"], ', "", [(20, "line.choices", "no_key")]),
        ("choices =", 'more_key = "1"\nchoices =', [(20, "line.more_key", "key_used")]),
        (
            "choices =",
            'choose_key = "9"\nmore_key = "9"\nchoices =',
            [(20, "line.choose_key", "key_used"), (20, "line.choose_key", "no_choice")],
        ),
        ("choices =", 'choose_key = "*"\nchoices =', [(20, "line.choose_key", "key")]),
        (
            '"2" = []',
            '"#" = []',
            [(20, "line.choices.#", "key")],
        ),
        (
            "retention_days = 183",
            "retention_days = 184",
            [(45, "purpose.retention_days", "consent_days")],
        ),
        (
            'justification = "The',
            'just = "The',
            [(36, "purpose.retention_days", "many_days"), (37, "purpose.just", "unknown")],
        ),
        (
            'basis = "contract"',
            'basis = "public_tsk"',
            [(32, "purpose.basis", "word_near")],
        ),
        (', en = "the service of your contract"', "", [(33, "purpose.full.en", "missing")]),
        (
            "label = {",
            "lable = {",
            [(35, "purpose.lable", "unknown_near")],
        ),
        ('board_secret = "/run/zgoda/board"', "", [(47, "vault.board_secret", "eraser_needs")]),
        ('eraser = "board"', "", [(49, "vault.board_secret", "eraser_other")]),
        ('eraser = "board"', 'eraser = "eeprom"', [(47, "vault.eeprom", "eraser_needs")]),
        (
            'eraser = "board"',
            'eraser = "board"\neeprom = "/sys/e"',
            [(49, "vault.eeprom", "eraser_other")],
        ),
        ("[panel]", "[pannel]", [(53, "pannel", "unknown_near")]),
        ("[[purpose]]", "[purpose]", [(39, "", "toml_twice")]),
        (", holds_line = true", "", [(27, "line.audio.driver", "modem_holds")]),
        ("holds_line = true", "holds_line = false", [(27, "line.audio.driver", "modem_holds")]),
        (
            "holds_line = true",
            'holds_line = "yes"',
            [(27, "line.audio.holds_line", "flag")],
        ),
        (
            '"/dev/ttyACM0", hold',
            '"/dev/ttyACM1", hold',
            [(27, "line.audio.driver", "modem_not_whole")],
        ),
        (
            'audio = { driver = "modem", port = "/dev/ttyACM0", holds_line = true }',
            'audio = { driver = "sound", card = "Tap" }',
            [(28, "line.prompt.driver", "modem_not_whole")],
        ),
        ('profile = "conexant"', "holds_line = true", [(26, "line.hook.holds_line", "unknown")]),
        (
            'hook = { driver = "modem"',
            'hook = "modem" #',
            [(26, "line.hook", "not_a_table")],
        ),
    ],
)
def test_each_mistake_names_its_line_and_its_key(
    right: str, wrong: str, said: list[tuple[int, str, str]], found: Found
) -> None:
    assert right in REAL

    told = found(REAL.replace(right, wrong, 1))

    assert [(each.line, each.key, each.code) for each in told] == said


def test_objectionable_bases_need_a_justification(good: str, mistakes: Mistakes) -> None:
    for basis in ("public_task", "legitimate_interests"):
        text = good.replace('basis = "consent"', f'basis = "{basis}"', 1)
        text = text.replace(
            '"1" = ["training", "quality"], "4" = ["training"], "6" = ["quality"]',
            '"1" = ["quality"]',
        )
        says = "law_says" if basis == "public_task" else "interest_says"
        lacking = {("purpose.justification", "missing"), (f"purpose.{says}", "missing")}
        assert set(mistakes(text)) == lacking
        words = '{ pl = "wyjaśnianie awarii", en = "following up faults", de = "an der Klärung" }'
        reason = f"retention_days = 90\n{says} = {words}"
        reason += '\njustification = "A weighing of interests is on file."'
        assert mistakes(text.replace("retention_days = 90", reason, 1)) == []


def test_a_line_without_consent_or_objection_has_no_keys(good: str, mistakes: Mistakes) -> None:
    text = good.replace('basis = "consent"', 'basis = "contract"')

    assert ("line.choices", "nothing_refused") in mistakes(text)
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
    office = ["office.contact", "office.controller", "office.controller_says", "office.name"]
    assert mistakes("") == [("line", "no_line"), *((key, "missing") for key in office)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[office]\nname = \n", Mistake((), "toml", {"column": "8"}, 2)),
        ("[office\n", Mistake((), "toml", {"column": "8"}, 1)),
        ('a = "\n', Mistake((), "toml", {"column": "6"}, 1)),
        ("a = [1,\n2", Mistake((), "toml_end", {}, 2)),
        ("a = 1\na = 2\n", Mistake((), "toml_twice", {}, 2)),
        ("[a]\n[a]\n", Mistake((), "toml_twice", {}, 2)),
        (f"a = {'1' * 4301}\n", Mistake((), "toml_digits", {}, 2)),
        (f"a = {'[' * 1000}{']' * 1000}", Mistake((), "toml_deep", {}, 1)),
        ("a = 1\n\0", Mistake((), "toml", {"column": "1"}, 2)),
    ],
    ids=["no value", "header", "quote", "end", "twice", "header twice", "digits", "deep", "NUL"],
)
def test_what_is_no_toml_is_one_mistake(text: str, said: Mistake, found: Found) -> None:
    assert found(text) == (said,)


def test_a_key_that_cannot_be_shown_is_named_without_its_signs(found: Found) -> None:
    told = found('"\\u202eemit\\u001b[2J\\n" = 1\n"' + "x" * 5000 + '" = 1\n')

    lines = [each.framed("office.toml") for each in told]
    assert all(line.isprintable() and len(line) < 700 for line in lines)
    assert any(
        "\N{REPLACEMENT CHARACTER}emit\N{REPLACEMENT CHARACTER}[2J  = 1: There is no" in line
        for line in lines
    )


def test_a_file_is_read_with_or_without_a_byte_order_mark(tmp_path: Path, good: str) -> None:
    path = tmp_path / "zgoda.toml"
    for encoding in ("utf-8", "utf-8-sig"):
        path.write_text(good, encoding)
        assert load(path) == trial()


def test_a_file_that_cannot_be_read_is_one_mistake(tmp_path: Path, good: str) -> None:
    missing, latin, large = (tmp_path / name for name in ("missing", "latin", "large"))
    latin.write_bytes(good.encode("cp1250"))
    large.write_text("#" * (LONGEST_FILE + 1))
    for path, said in [
        (missing, "file_missing"),
        (tmp_path, "file_unreadable"),
        (latin, "not_utf8"),
        (large, "too_large"),
    ]:
        with pytest.raises(MistakesFound) as refused:
            load(path)
        assert [each.code for each in refused.value.mistakes] == [said]
        assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("encoding", "code"),
    [("utf-16", "not_utf8"), ("utf-16-le", "not_utf8"), ("utf-32", "not_utf8")],
)
def test_a_file_in_another_encoding_is_one_mistake(
    tmp_path: Path, good: str, encoding: str, code: str
) -> None:
    path = tmp_path / "zgoda.toml"
    path.write_bytes(good.encode(encoding))
    with pytest.raises(MistakesFound) as refused:
        load(path)
    assert [each.code for each in refused.value.mistakes] == [code]
    assert "\n" not in str(refused.value)


def test_lines_may_end_as_on_windows(tmp_path: Path, good: str) -> None:
    path = tmp_path / "zgoda.toml"
    path.write_bytes(good.replace("\n", "\r\n").encode("utf-8-sig"))
    assert load(path) == trial()
    path.write_bytes(path.read_bytes().replace(b"pause_minutes", b"pause_minute"))
    wrong = path.read_bytes().replace(b'country = "PL"', b"country = 7")
    path.write_bytes(wrong)
    with pytest.raises(MistakesFound) as refused:
        load(path)
    (mistake,) = refused.value.mistakes
    before = wrong.partition(b"country = 7")[0]
    assert (mistake.code, mistake.line) == ("country", before.count(b"\n") + 1)


def test_seventy_thousand_keys_are_a_few_mistakes(found: Found) -> None:
    told = found("fresh = true\n" + "".join(f"k{number}=1\n" for number in range(70_000)))
    assert len(told) == 21
    assert told[-1].code == "unknown_more" or told[0].code == "unknown_more"


@pytest.mark.parametrize("day", ['"2027-01-11"', "2027-01-11"])
def test_a_line_may_wait_for_its_first_day(good: str, day: str) -> None:
    text = good.replace('more_key = "9"', f'records_from = {day}\nmore_key = "9"')
    assert parse(text).lines[0].records_from == "2027-01-11"


@pytest.mark.parametrize(
    "day", ['"soon"', '"11.01.2027"', '"2027-02-30"', "20270111", '""', "true"]
)
def test_a_first_day_that_is_none_is_a_mistake(good: str, mistakes: Mistakes, day: str) -> None:
    (mistake,) = mistakes(good.replace('more_key = "9"', f'records_from = {day}\nmore_key = "9"'))
    assert mistake[0] == "line.records_from"
