"""Run ``zgoda first-run``: tell the one-time password of a box that nobody has set up yet."""

import os
import re
import stat
from pathlib import Path

import click

from appliance.commands.helpers.options import places_option
from appliance.commands.helpers.refusals import told
from appliance.commands.helpers.terminal import here
from appliance.config.folders import Folders
from appliance.errors import ZgodaError
from appliance.language import N_
from appliance.model.sentences.faults import in_words

LONGEST_CODE = 64

PASSWORD = re.compile(rb"[0-9A-Z]{5}(-[0-9A-Z]{5}){3}\n", re.ASCII)
"""As ``keeper.first_run.proofs`` writes it: nothing else ever leaves that folder this way."""

CARD = """Zgoda: the one-time password of this device, for the first page of its panel.
Zgoda: jednorazowe hasło tego urządzenia, do pierwszego logowania w panelu.
Zgoda: das Einmalpasswort dieses Geräts, für die erste Seite des Panels.

    {password}
{trust}
This file is deleted after setup. / Plik zniknie po konfiguracji. / Die Datei wird nach der
Einrichtung gelöscht.
"""

TRUST = """
The certificate to trust, zgoda.crt, has this SHA-256.
Odcisk SHA-256 certyfikatu zgoda.crt, któremu zaufasz w przeglądarce:
Das Zertifikat, dem Sie vertrauen, zgoda.crt, hat diese SHA-256.

    {first}
    {second}
"""


@click.command(
    "first-run",
    short_help="Tell the one-time password of a fresh box.",
    epilog="Example: zgoda first-run --data /var/lib/zgoda",
)
@places_option
@click.option(
    "--card",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write it into this file, such as on the memory card; remove the file without one.",
)
@click.option(
    "--authority",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Also tell the fingerprint of this certificate, for browsers to trust.",
)
def command(folders: Folders, card: Path | None, authority: Path | None) -> None:
    """Tell the one-time password for the first page of the panel.

    There is one until the first owner has confirmed the recovery sheet. On a box that starts by
    itself a unit writes it onto the memory card, where any computer can read it: a thief of the
    card of a box without an owner may become its owner.
    """
    password = _password(folders.first_run_code)
    if card is None:
        if not password:
            raise ZgodaError(in_words("no_one_time_password"))
        click.echo(password)
    elif password:
        _write(card, CARD.format(password=password, trust=_trust(authority)))
        click.echo(here(N_("The one-time password is in %(path)s."), path=card))
    else:
        card.unlink(missing_ok=True)
        click.echo(here(N_("The device is set up: %(path)s is removed."), path=card))


def _password(path: Path) -> str:
    """Read the password; empty if there is none.

    Raises:
        ZgodaError: something else lies there.
    """
    try:
        file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return ""
    try:
        kept = os.read(file, LONGEST_CODE) if stat.S_ISREG(os.fstat(file).st_mode) else b""
    finally:
        os.close(file)
    if not PASSWORD.fullmatch(kept):
        raise ZgodaError(in_words("odd_one_time_password", path=path))
    return kept.decode("ascii").strip()


def _trust(authority: Path | None) -> str:
    """Return what the file says of the certificate; nothing if it cannot be read."""
    if authority is None:
        return ""
    from appliance.config.certificate import read_certificate

    try:
        fingerprint = read_certificate(authority).fingerprint
    except ZgodaError as error:  # the password is needed all the same
        click.echo(told(error), err=True)
        return ""
    return TRUST.format(first=fingerprint[:47], second=fingerprint[48:])


def _write(card: Path, text: str) -> None:
    """Replace a file on a card that may be FAT, which knows no modes and refuses to set one."""
    fresh = card.with_name(f".{card.name}")
    with fresh.open("wb") as file:
        file.write(text.replace("\n", "\r\n").encode("utf-8-sig"))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(card)
