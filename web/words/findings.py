"""Say the findings of the doctor in the reader's language, also what they quote."""

import re
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape

from appliance.model.findings import Finding
from appliance.model.sentences.findings import SENTENCES
from web.words import settings as words
from web.words.doctor import CHANNELS

QUOTING = frozenset(
    {
        "prompts.missing",
        "configuration.mistake",
        "configuration.not_taken",
        "configuration.damaged",
    }
)
"""Findings whose ``detail`` is a sentence of the appliance, which speaks English."""

_IN_ENGLISH = frozenset(
    {"serial.is_unasked", "serial.unusable", "serial.no_callers", "lines.broken"}
)
"""Findings whose ``detail`` are a driver's words, which nobody translates."""

_MISTAKE = re.compile(r"[^\n]*?:(?P<at>[0-9]+): (?:(?P<key>[a-z0-9_.*#-]+): )?(?P<text>.+)")
"""A mistake in a configuration, as ``zgoda doctor`` prints it."""

_BOTH = re.compile(
    r"(?P<first>.+\.) (?:Its copy is no better: (?P<copy>.+)|(?P<none>There is no .+))"
)

_FILES: tuple[tuple[re.Pattern[str], Any], ...] = (
    (
        re.compile(r"(?P<path>/\S+) is missing\."),
        _l("The file %(path)s is missing."),
    ),
    (
        re.compile(r"(?P<path>\S+) was cut, or changed by hand; change settings in the panel\."),
        _l("The file %(path)s was cut or changed by hand; settings are changed in the panel."),
    ),
    (
        re.compile(r"(?P<path>\S+) cannot be read: (?P<why>.+?)\.?"),
        _l("%(path)s cannot be read (%(why)s)."),
    ),
    (re.compile(r"(?P<path>\S+) is not UTF-8 text\."), _l("%(path)s is not UTF-8 text.")),
    (re.compile(r"(?P<path>\S+) is no ordinary file\."), _l("%(path)s is no ordinary file.")),
    (
        re.compile(r"There is no copy of it: put one back from a backup\."),
        _l("There is no copy of it: put one back from a backup."),
    ),
    (
        re.compile(r"is not valid TOML at .+; correct this line first"),
        _l("This is not valid TOML; correct this line first."),
    ),
)


def sentence(finding: Finding) -> str:
    """Return a finding's sentence in the reader's language; what nobody translates is marked."""
    values: dict[str, Any] = dict(finding.values)
    if "channel" in values:
        values["channel"] = CHANNELS.get(values["channel"], values["channel"])
    english = SENTENCES[finding.id].english
    if finding.id in QUOTING and "detail" in values:
        said = _lacking if finding.id == "prompts.missing" else _configuration
        values["detail"] = said(str(values["detail"]))
    elif english.startswith("%(detail)s") or finding.id in _IN_ENGLISH:
        values["detail"] = _english(str(values["detail"]))
    if finding.id == "prompts.missing":
        return Markup(values["detail"])  # noqa: S704  # escaped where it was made
    told = english if english.startswith("%(detail)s") else gettext(english)
    return Markup(told) % {name: escape(value) for name, value in values.items()}  # noqa: S704


def _lacking(detail: str) -> Markup:
    """Return what a line has to have said, as a whole sentence."""
    told = words.lacking(detail)
    if told == detail:
        return _english(f"{detail}.")
    return escape(told if told.endswith(".") else f"{told}.")


def _configuration(detail: str) -> Markup:
    """Return what is wrong with a configuration, each mistake with its line."""
    both = _BOTH.fullmatch(detail)
    if both is not None:
        return _configuration(both["first"]) + " " + _configuration(both["copy"] or both["none"])
    return Markup(" ").join(map(_one, detail.splitlines()))


def _one(line: str) -> Markup:
    mistake = _MISTAKE.fullmatch(line)
    if mistake is None:
        return _file(line) or _english(line)
    told = _file(mistake["text"]) or _english(mistake["text"])
    where = _place(mistake["key"]) if mistake["key"] else ""
    at = gettext("Line %(at)s", at=mistake["at"])
    return escape(f"{at}, {where}: " if where else f"{at}: ") + told


def _file(text: str) -> Markup | None:
    for pattern, said in _FILES:
        found = pattern.fullmatch(text)
        if found is not None:
            values = found.groupdict()
            return escape(str(said) % values if values else str(said))
    return None


def _place(key: str) -> str:
    head, *rest = key.split(".")
    return " › ".join(
        [str(words.SECTIONS.get(head, head)), *(words.field(head, each) for each in rest)]
    )


def _english(text: str) -> Markup:
    return Markup('<span lang="en">{}</span>').format(text)
