"""``zgoda doctor``: what is plugged in, what is missing, and how to mend it."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click
import msgspec

from appliance.clock import Clock, SystemClock
from appliance.commands.checkup import Finding, examine_box, examine_config, fail
from appliance.commands.machine import Machine
from appliance.commands.options import (
    config_option,
    data_option,
    folders_at,
    json_option,
    read_config,
)
from appliance.config.folders import Folders
from appliance.errors import ConfigError


@click.command(
    short_help="Say what is plugged in, what is missing, and how to mend it.",
    epilog="Example: zgoda doctor --config /etc/zgoda/zgoda.toml --data /var/lib/zgoda",
)
@config_option
@data_option
@json_option
def command(config_file: Path | None, data: Path, as_json: bool) -> None:
    """Look at the box, its devices, its configuration and its prompts; change nothing.

    Each finding is ok, warn or fail and says how to mend it. Exit code 1 if anything fails.
    """
    findings = list(examine(Machine(), config_file, folders_at(data), SystemClock()))
    if as_json:
        click.echo(msgspec.json.encode(findings).decode())
    else:
        for finding in findings:
            click.echo(f"{finding.level:4}  {finding.subject}: {finding.text}")
    sys.exit(1 if any(finding.level == "fail" for finding in findings) else 0)


def examine(
    machine: Machine, config_file: Path | None, folders: Folders, clock: Clock
) -> Iterator[Finding]:
    """Find all that can be found; a bad configuration hides only what it would have told."""
    yield from examine_box(machine, folders, clock)
    try:
        config = read_config(config_file)
    except ConfigError as error:
        yield from (fail("configuration", line) for line in str(error).splitlines())
        return
    yield from examine_config(machine, config)
