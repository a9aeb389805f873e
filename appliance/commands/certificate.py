"""Run ``zgoda certificate``: make a TLS certificate for the panel."""

import os
import pwd
from pathlib import Path

import click

from appliance.clock import SystemClock
from appliance.commands.helpers.options import config_option, read_config
from appliance.commands.helpers.terminal import here
from appliance.config.settings import Panel
from appliance.errors import ZgodaError
from appliance.language import N_
from appliance.model.sentences.faults import in_words

PROXY_USER = "zgoda-proxy"


@click.command(
    short_help="Make a TLS certificate for the panel.",
    epilog="Example: zgoda certificate --config /etc/zgoda/zgoda.toml",
)
@config_option
@click.option(
    "--authority",
    type=click.Path(path_type=Path, file_okay=False),
    help="Let an authority in this folder vouch, for the panel's one .local name alone.",
)
def command(config_file: Path | None, authority: Path | None) -> None:
    """Make a key and a certificate for the panel, where the configuration names them.

    The certificate vouches for itself: each browser asks once before it trusts it, and shows the
    fingerprint that this command prints. As root, the key is given to the user zgoda-proxy. Files
    that are there already stay as they are.

    With --authority a browser that was told to trust the authority trusts each certificate that
    follows. What is missing is made, and the panel's is made anew 60 days before it ends.
    """
    from appliance.config.certificate import OWN_DAYS, make_certificate

    panel = read_config(config_file).panel
    if not panel.certificate:
        raise ZgodaError(in_words("no_certificate_named"))
    if authority:
        _vouch(panel, authority)
        return
    made = make_certificate(panel, SystemClock().now(), _owner())
    of = {"names": ", ".join(sorted(made.names)), "lasting": OWN_DAYS - 1}
    click.echo(here(N_("Made for %(names)s. Valid for days: %(lasting)s."), **of))
    click.echo(here(N_("SHA-256 fingerprint: %(fingerprint)s"), fingerprint=made.fingerprint))


def _vouch(panel: Panel, folder: Path) -> None:
    from appliance.card.authority import vouch

    vouched = vouch(panel, folder, SystemClock().now(), _owner())
    new, old = N_("The panel has a new certificate."), N_("The certificate is still good.")
    click.echo(here(new) if vouched.renewed else here(old))
    of = {"path": vouched.certificate, "fingerprint": vouched.fingerprint}
    click.echo(here(N_("SHA-256 fingerprint of %(path)s: %(fingerprint)s"), **of))


def _owner() -> int | None:
    """Return the proxy's user, if this is root on an appliance."""
    try:
        return pwd.getpwnam(PROXY_USER).pw_uid if os.getuid() == 0 else None
    except KeyError:
        return None
