"""Run ``zgoda audit``: check the record of who did what."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from appliance.commands.helpers.options import EXISTING_FILE, data_option, json_option, print_json
from appliance.commands.helpers.refusals import said_of
from appliance.commands.helpers.terminal import for_experts, here
from appliance.config.folders import Folders
from appliance.language import N_

if TYPE_CHECKING:
    from appliance.commands.helpers.offline_keys import AuditFigures
    from appliance.keeper.audit.check import AuditCheck


TORN = N_("The last line is not whole: a power cut, or it is being written.")
BAD = N_("The activity log is bad at entry %(number)s.")
WHOLE = N_(
    "The activity log is complete and unchanged. Entries: %(entries)s, signed heads: %(heads)s."
)
RAN_BACK = N_(
    "The clock went back by more than an hour, so the times of entries are not in their order. "
    "Times: %(times)s, first before entry %(number)s."
)
COMPARE = N_("Compare with the activity log key on the recovery sheet’s page: %(key)s")


@click.group(short_help="Check the signed record of who did what.")
def command() -> None:
    """Check the audit, the signed record of who did what. Needs no key."""


@command.command(
    short_help="Check every entry and name the first bad one.",
    epilog="\b\nExample: zgoda audit verify --data /var/lib/zgoda\n"
    "zgoda audit verify --data data --key 4FA0C1…, the audit key on the recovery sheet's page",
)
@data_option
@click.option("--key", help="The audit key on the recovery sheet's page, or another first key.")
@click.option(
    "--keyring", type=EXISTING_FILE, help="A copy of the keyring: it knows the newest entry."
)
@click.option(
    "--root", type=EXISTING_FILE, help="The keyring's root; by default the file beside it."
)
@click.option("--board-secret", default="", help="The board's secret, a file (level E1).")
@json_option
def verify(
    folders: Folders,
    key: str | None,
    keyring: Path | None,
    root: Path | None,
    board_secret: str,
    as_json: bool,
) -> None:
    """Check every entry, signature and signed head of the audit.

    Without any option the audit has to hold together and be signed throughout by keys that follow
    from its first; a keyring beside it that can be read says which that is, and which entry it must
    reach. --key says which first key that must be, --keyring names another copy of the keyring.

    If the audit is bad, the command names the first bad entry. A clock that went back is said
    and not judged: setting it right looks the same.

    Exit code 0 if the audit holds, 1 if not, 2 if there is none.
    """
    from appliance.commands.helpers.offline_keys import audit_figures
    from appliance.keeper.audit.check import check
    from appliance.vault.layout import check_layout

    check_layout(folders)
    if not folders.audit.is_dir():
        raise click.UsageError(said_of("no_log", path=folders.data))
    wanted, anchor = _key(key), None
    known = (
        audit_figures(keyring, root, board_secret)
        if keyring is not None
        else _beside(folders, root, board_secret)
    )
    if known is not None:
        wanted, anchor = wanted or known.first_key, known.anchor
    found = check(folders.audit, wanted, anchor)
    if as_json:
        print_json(found)
    else:
        click.echo(_sentence(found, compared=wanted is not None))
    if not found.sound:
        sys.exit(1)


def _beside(folders: Folders, root: Path | None, board_secret: str) -> "AuditFigures | None":
    """Return what the keyring beside the log knows; None if it cannot be read here."""
    from appliance.commands.helpers.offline_keys import audit_figures
    from appliance.errors import ZgodaError

    for copy in (0, 1):
        try:
            return audit_figures(folders.data / f"keyring.{copy}", root, board_secret)
        except (ZgodaError, OSError):
            continue  # of a chip or a board, another user's, or none
    return None


def _key(text: str | None) -> bytes | None:
    """Return a key as it was typed: spaces and hyphens between its groups do not matter."""
    from appliance.vault.format import KEY_BYTES

    if text is None:
        return None
    try:
        raw = bytes.fromhex(text.replace("-", " "))
    except ValueError:
        raw = b""
    if len(raw) != KEY_BYTES:
        raise click.BadParameter(said_of("key_hex", count=KEY_BYTES), param_hint="--key")
    return raw


def _sentence(found: "AuditCheck", *, compared: bool) -> str:
    torn = f" {here(TORN)}" if found.torn else ""
    if not found.sound:
        bad = (here(BAD, number=found.first_bad), for_experts(found.problem), torn.strip())
        return " ".join(filter(None, bad))
    said = [
        here(WHOLE, entries=found.entries, heads=found.heads) + torn,
        here(N_("Newest entry: %(hash)s"), hash=found.head),
    ]
    if found.ran_back:
        said.append(here(RAN_BACK, times=found.ran_back, number=found.first_back))
    if found.key and not compared:
        groups = [found.key[at : at + 8] for at in range(0, len(found.key), 8)]
        said.append(here(COMPARE, key=" ".join(groups)))
    return "\n".join(said)
