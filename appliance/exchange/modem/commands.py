"""Split an AT command line into its commands (ITU-T V.250 clause 5)."""

import re
from dataclasses import dataclass
from typing import Literal

Op = Literal["do", "read", "test", "set"]

LONGEST_LINE = 255
"""Characters of a command line; a longer one is an error."""

_EXTENDED = re.compile(
    r'(?P<name>[+\-#*][A-Z][A-Z0-9]*)(?:(?P<test>=\?)|(?P<read>\?)|=(?P<value>(?:"[^"]*"|[^;"])*))?;?'
)
_REGISTER = re.compile(r"(?P<name>:[RUI][0-9A-F]+)(?:,(?P<value>[0-9A-F]+))?")
_DIAL = re.compile(r"(?P<name>D)(?P<value>[^;]*);?")
_S = re.compile(r"(?P<name>S[0-9]{1,3})(?:(?P<read>\?)|=(?P<value>[0-9]*))?")
_BASIC = re.compile(r"(?P<name>[&%\\]?[A-Z])(?P<value>[0-9]*)")
_FORMS = (_EXTENDED, _REGISTER, _DIAL, _S, _BASIC)


class NotACommand(ValueError):
    """A command line goes on with something that is no command."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command of a line: ``ATE0`` is E, do, 0; ``AT+VSM=?`` is +VSM, test."""

    name: str
    op: Op = "do"
    value: str = ""


def next_command(line: str) -> tuple[Command, str]:
    """Return the first command of a line after its ``AT``, and the rest of the line.

    The line is in capitals, without blanks.

    Raises:
        NotACommand: it begins with none, or is too long.
    """
    for form in _FORMS if len(line) <= LONGEST_LINE else ():
        found = form.match(line)
        if found is not None:
            break
    else:
        raise NotACommand(line)
    parts = found.groupdict()
    op: Op = "do"
    if parts.get("test"):
        op = "test"
    elif parts.get("read"):
        op = "read"
    elif parts.get("value") is not None and form in {_EXTENDED, _REGISTER, _S}:
        op = "set"
    return Command(parts["name"], op, parts.get("value") or ""), line[found.end() :]
