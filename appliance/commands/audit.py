"""Run ``zgoda audit``: check the record of who did what."""

import sys
from typing import TYPE_CHECKING

import click

from appliance.commands.helpers.options import data_option, json_option, print_json
from appliance.config.folders import Folders

if TYPE_CHECKING:
    from appliance.keeper.audit.check import AuditCheck

KEY_BYTES = 32


@click.group(short_help="Check the signed record of who did what.")
def command() -> None:
    """Check the audit, the signed record of who did what. Needs no key."""


@command.command(
    short_help="Check every entry and name the first bad one.",
    epilog="Example: zgoda audit verify --data /var/lib/zgoda",
)
@data_option
@click.option("--key", help="The audit key's public half in hex, as you noted it outside the box.")
@json_option
def verify(folders: Folders, key: str | None, as_json: bool) -> None:
    """Check every entry and every signed head of the audit.

    If the audit is bad, the command names the first bad entry.
    Exit code 0 if the audit holds, 1 if not, 2 if there is none.
    """
    from appliance.keeper.audit.check import check
    from appliance.vault.layout import check_layout

    check_layout(folders)
    if not folders.audit.is_dir():
        raise click.UsageError(f"There is no audit in {folders.data}.")
    found = check(folders.audit, _key(key))
    if as_json:
        print_json(found)
    else:
        click.echo(_sentence(found))
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


def _sentence(found: "AuditCheck") -> str:
    torn = " The last line is not whole: a power cut, or it is being written." if found.torn else ""
    if not found.sound:
        return f"The audit is bad at entry {found.first_bad}. {found.problem}{torn}"
    return (
        f"The audit holds. Entries: {found.entries}, signed heads: {found.heads}.{torn}\n"
        f"Newest entry: {found.head}"
    )
