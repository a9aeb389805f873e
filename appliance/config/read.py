"""Read the configuration: one TOML file into frozen settings; tell all mistakes at once.

Each mistake is a code of ``MISTAKES``, which is said as ``file:LINE: key = value: what to do``.
"""

import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from appliance import toml
from appliance.config.consistency import check_lines, check_purposes
from appliance.config.declare import OfficeFacts
from appliance.config.keys import KEYS_GO_BY, check_keys
from appliance.config.line_numbers import locate
from appliance.config.mistakes import Mistake, MistakesFound, mistake, read_file
from appliance.config.section import found
from appliance.config.sections import (
    CHECKS,
    facts_of,
    read_line,
    read_office,
    read_purpose,
    read_whole,
)
from appliance.config.settings import TABLES, Config, Office
from appliance.config.table import Problems, Table

TRIAL_LINES: Mapping[str, str] = {"en": "Reception", "pl": "Recepcja", "de": "Empfang"}
"""Language -> the name of the trial's line. Recordings keep the one that was sealed in them."""

DAYS_ASKED = "office", "backup_days"
"""Where the office says within how many days a person renews backups."""

LONGEST_FILE = 256_000
"""Bytes: a configuration is a page or two; many purposes in three languages fill ten."""


def load(path: Path) -> Config:
    """Read a configuration file, as ``read_text`` and ``parse`` do."""
    return parse(read_text(path), str(path))


def read_text(path: Path) -> str:
    """Read the text of a configuration file.

    Raises:
        MistakesFound: it cannot be read, is not UTF-8, or is too large.
    """
    data = read_file(path, LONGEST_FILE + 1)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise MistakesFound(str(path), mistake((), "not_utf8", line)) from error
    if len(data) > LONGEST_FILE:
        raise MistakesFound(str(path), too_large())
    return text


def too_large() -> Mistake:
    """Return the mistake of a text that is longer than settings are."""
    return mistake((), "too_large", most=LONGEST_FILE // 1000)


def parse(text: str, source: str = "configuration") -> Config:
    """Read the text of a configuration; ``source`` names it in mistakes.

    Raises:
        MistakesFound: it is not TOML, or holds mistakes; all of them are named.
    """
    try:
        values = toml.loads(text)
    except toml.MISTAKE as error:
        raise MistakesFound(source, _syntax(text, str(error))) from error
    return _read(values, Problems(source, locate(text)))


def check(values: Mapping[str, Any]) -> Config:
    """Read a configuration's values, before anybody writes them down as text.

    Raises:
        MistakesFound: it holds mistakes, none with a line.
    """
    return _read(values, Problems("settings", {}))


@cache
def trial() -> Config:
    """Return the configuration of a trial: one line on the simulated exchange."""
    return parse(trial_text(), "trial.toml")


def trial_text(modem: str = "", language: str = "en") -> str:
    """Return the TOML text of the trial's configuration.

    Args:
        modem: an emulated one that tells the hook, in place of the line monitor.
        language: to name the line in.
    """
    text = (resources.files("appliance.config") / "trial.toml").read_text("utf-8")
    text = text.replace(f'"{TRIAL_LINES["en"]}"', f'"{TRIAL_LINES[language]}"')
    hook = 'hook = { driver = "exchange" }'
    return text.replace(hook, f'{hook[:-2]}, modem = "{modem}" }}') if modem else text


def _read(values: Mapping[str, Any], problems: Problems) -> Config:
    config = _sections(Table(values, (), problems))
    problems.report(config)
    return config


def _sections(top: Table) -> Config:
    said = found(top, Config, ("fresh",))
    for key in TABLES:
        top.pass_over(key)
    top.finish()  # first, for of a table that is misspelt nothing is missing
    fresh = bool(said.get("fresh"))
    unset = fresh and "office" not in top
    office_table = top.table("office")
    office = Office("", "", "") if unset else read_office(office_table)
    facts = facts_of(office_table, OfficeFacts(office.country, office.languages))
    purpose_tables = top.tables("purpose")
    purposes = tuple(read_purpose(table, facts) for table in purpose_tables)
    check_purposes(purpose_tables, purposes, facts.country)
    known = all(table.sound("id") and table.sound("basis") for table in purpose_tables)
    known = known and not top.is_spoilt("purpose")
    bases = {each.id: each.basis for each in purposes} if known else None
    line_tables = top.tables("line")
    lines = tuple(read_line(table, facts) for table in line_tables)
    check_lines(line_tables, lines, bases)
    for table, line in zip(line_tables, lines, strict=True):
        if bases is not None and facts.languages and all(map(table.sound, KEYS_GO_BY)):
            check_keys(table, line, line.language or facts.languages[0], bases)
    if "line" not in top and not fresh and top.sound("line"):
        top.wrong("no_line", "line")
    whole = {name: read_whole(top.table(name), name) for name in CHECKS if name in top}
    if "backup" in whole and whole["backup"].by_hand and not office.backup_days:
        # a device that nobody has set up has no office: its file has to say another word
        top.wrong("backups_by_hand", *(("backup", "every") if unset else DAYS_ASKED))
    return Config(office, lines, purposes, **whole, **said)


SYNTAX = {
    "Cannot overwrite a value": "toml_twice",
    "Cannot declare": "toml_twice",
    toml.TOO_DEEP: "toml_deep",
    toml.TOO_MANY_DIGITS: "toml_digits",
}
"""How a message of Python's reader begins -> code; any other is ``toml`` or ``toml_end``."""


def _syntax(text: str, message: str) -> Mistake:
    """Return where a text stops being TOML."""
    at = re.search(r" \(at line (\d+), column (\d+)\)$", message)
    line = int(at[1]) if at else text.count("\n") + 1
    for begin, code in SYNTAX.items():
        if message.startswith(begin):
            return mistake((), code, line)
    return mistake((), "toml", line, column=at[2]) if at else mistake((), "toml_end", line)
