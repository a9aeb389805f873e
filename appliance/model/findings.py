"""Make, describe and group the doctor's findings."""

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from appliance.config.mistakes import Mistake
from appliance.language import translated
from appliance.model.sentences.faults import DeviceFault
from appliance.model.sentences.findings import SENTENCES
from appliance.model.sentences.lacking import Lacking

SUBJECTS = (
    "processes", "panel", "ssh", "lines", "grade", "serial", "sound", "gpio", "prompts",
    "clock", "disk", "memory", "vault", "silence", "owed", "backup", "sftp", "mail",
    "update", "stamp", "configuration", "versions",
)  # fmt: skip
"""The subjects checked, in the order of a page without faults."""

_WORST_FIRST = {"fail": 0, "warn": 1, "ok": 2}


class Finding(Struct, frozen=True, forbid_unknown_fields=True):
    """The result of one check: an id of ``SENTENCES`` and the values for its sentence."""

    id: str
    values: dict[str, str] = {}
    inside: tuple[Mistake, ...] = ()
    """Mistakes in the settings that it quotes."""
    lacking: tuple[Lacking, ...] = ()
    """The same of what is missing before a line records."""
    faults: tuple[DeviceFault, ...] = ()
    """The same of what is wrong with a device."""
    because: tuple["Finding", ...] = ()
    """Findings that are its reason."""

    @property
    def subject(self) -> str:
        """Return the subject checked, one of ``SUBJECTS``."""
        return self.id.partition(".")[0]

    @property
    def level(self) -> Literal["ok", "warn", "fail"]:
        """Return the severity."""
        return SENTENCES[self.id].level

    @property
    def text(self) -> str:
        """Return the English sentence."""
        return self.sentence("en")

    def sentence(self, language: str) -> str:
        """Return its sentence and those that it quotes."""
        own = translated(SENTENCES[self.id].english, language) % self.values
        inside = (each.framed(self.values.get("file", ""), language) for each in self.inside)
        lacking = (each.sentence(language) for each in self.lacking)
        faults = (each.sentence(language) for each in self.faults)
        because = (each.sentence(language) for each in self.because)
        return " ".join((own, *inside, *lacking, *faults, *because))


Quoted = Mistake | Lacking | DeviceFault | Finding
"""What a finding may quote: codes with values, too."""


def find(id: str, /, *quoted: Quoted, **values: object) -> Finding:
    """Make a finding; a misspelt id or a missing value fails at once."""
    finding = Finding(
        id,
        {name: str(value) for name, value in values.items()},
        tuple(each for each in quoted if isinstance(each, Mistake)),
        tuple(each for each in quoted if isinstance(each, Lacking)),
        tuple(each for each in quoted if isinstance(each, DeviceFault)),
        tuple(each for each in quoted if isinstance(each, Finding)),
    )
    finding.text  # noqa: B018 - raises KeyError here and not in the panel
    return finding


def group_by_subject(findings: Iterable[Finding]) -> list[tuple[str, list[Finding]]]:
    """Group findings by subject, the worst subjects and findings first."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.subject, []).append(finding)
    for found in groups.values():
        found.sort(key=_badness)
    return sorted(
        groups.items(), key=lambda group: (_badness(group[1][0]), SUBJECTS.index(group[0]))
    )


def _badness(finding: Finding) -> int:
    return _WORST_FIRST[finding.level]
