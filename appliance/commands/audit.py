"""``zgoda audit``: does the record of who did what hold?"""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from appliance.commands.helpers.options import data_option, folders_at, json_option

if TYPE_CHECKING:
    from appliance.keeper.audit.check import AuditCheck

KEY_BYTES = 32


@click.group()
def command() -> None:
    """Check the audit, without any key."""


@command.command(epilog="Example: zgoda audit verify --data /var/lib/zgoda")
@data_option
@click.option("--key", help="The audit key's public half in hex, noted outside the box.")
@json_option
def verify(data: Path, key: str | None, as_json: bool) -> None:
    """Check every entry and every signed head; name the first bad entry.

    Exit code 0 if the audit holds, 1 if not, 2 if there is none.
    """
    from appliance.keeper.audit.check import check

    folder = folders_at(data).audit
    if not folder.is_dir():
        raise click.UsageError(f"There is no audit in {data}.")
    found = check(folder, _key(key))
    click.echo(_as_json(found) if as_json else _sentence(found))
    if not found.sound:
        sys.exit(1)


def _key(text: str | None) -> bytes | None:
    if text is None:
        return None
    try:
        raw = bytes.fromhex(text)
    except ValueError:
        raw = b""
    if len(raw) != KEY_BYTES:
        raise click.BadParameter(f"a key is {KEY_BYTES} bytes in hex", param_hint="--key")
    return raw


def _as_json(found: "AuditCheck") -> str:
    from msgspec import to_builtins

    return json.dumps(to_builtins(found))


def _sentence(found: "AuditCheck") -> str:
    torn = " The last line is not whole: a power cut, or it is being written." if found.torn else ""
    if not found.sound:
        return f"The audit is bad at entry {found.first_bad}. {found.problem}{torn}"
    return (
        f"The audit holds. Entries: {found.entries}, signed heads: {found.heads}.{torn}\n"
        f"Newest entry: {found.head}"
    )
