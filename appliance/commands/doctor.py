"""Run ``zgoda doctor``: examine the box and say how to mend what is wrong."""

import contextlib
import os
import socket
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

import click
from msgspec import Struct

from appliance.clock import Clock, SystemClock
from appliance.commands.helpers.options import (
    config_option,
    json_option,
    places_option,
    print_json,
)
from appliance.commands.helpers.report import ENGLISH, TellsRefusals, report
from appliance.config import reach
from appliance.config.folders import Folders
from appliance.config.kept import InForce, kept_settings, read_seed
from appliance.config.mistakes import MistakesFound
from appliance.config.settings import Config
from appliance.errors import LinkError, Refused, WrongServer
from appliance.language import LANGUAGES, language_of
from appliance.link.client import Client
from appliance.link.operations import Operation
from appliance.link.requests.doctor import ExamineLines
from appliance.link.requests.first_run import GetBoxState
from appliance.link.requests.settings import Taken
from appliance.model.findings import Finding, find, group_by_subject
from appliance.model.kind import kind_kept

if TYPE_CHECKING:
    from appliance.keeper.doctor.machine import Machine
    from appliance.model.sentences.lacking import Lacking
    from appliance.recorder.doctor.tools import DoctorTools

ReplyT = TypeVar("ReplyT", bound=Struct)

ANSWER_SECONDS = 10.0
CONNECT_SECONDS = 2.0


@click.command(
    cls=TellsRefusals,
    short_help="Examine the box, its lines and devices.",
    epilog="Example: zgoda doctor --config /etc/zgoda/zgoda.toml --data /var/lib/zgoda",
)
@config_option
@places_option
@json_option
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    help="The language of the sentences; by default the terminal's, and English with --json.",
)
def command(
    config_file: Path | None, folders: Folders, as_json: bool, language: str | None
) -> None:
    """Examine the box, its lines and devices, its configuration and its prompts.

    Each finding is ok, warn or fail, and says how to mend it; the worst come first. A running
    recorder is asked about its lines; without one, the doctor tries line monitors and sound cards
    itself. It changes nothing. Exit code 1 if anything fails.
    """
    from appliance.vault.layout import check_layout

    with contextlib.suppress(OSError):  # the findings say what this user cannot read
        check_layout(folders)
    found = list(Examination(config_file, folders, SystemClock()).findings())
    if as_json:
        print_json(report(found, language or ENGLISH))
    else:
        language = language or language_of(os.environ)
        for _subject, findings in group_by_subject(found):
            for finding in findings:
                click.echo(f"{finding.level:4}  {finding.subject}: {finding.sentence(language)}")
    sys.exit(1 if any(finding.level == "fail" for finding in found) else 0)


class Examination:
    """One examination of everything that this user can see."""

    def __init__(
        self,
        config_file: Path | None,
        folders: Folders,
        clock: Clock,
        *,
        machine: "Machine | None" = None,
        tools: "DoctorTools | None" = None,
    ) -> None:
        """Prepare.

        Args:
            config_file: the configuration; None for the trial's.
            folders: the data folder.
            clock: the time.
            machine: clock, disks and memory; tests replace it.
            tools: access to lines and devices; tests replace it.
        """
        from appliance.keeper.doctor.machine import Machine

        self._config_file = config_file
        self._folders = folders
        self._clock = clock
        self._machine = machine or Machine()
        self._tools = tools

    def findings(self) -> Iterator[Finding]:
        """Yield all findings; a bad configuration hides only those that depend on it."""
        from appliance.keeper.doctor.trial import in_its_place

        return in_its_place(self._all(), kind_kept(self._folders))

    def _all(self) -> Iterator[Finding]:
        from appliance.keeper.doctor.box import examine_box

        now = yield from self._settings()
        if now is not None:
            yield from self._configured(now.config, Taken(now.version, now.problem))
        yield from examine_box(self._machine, self._folders.data, self._clock)

    def _settings(self) -> Generator[Finding, None, InForce | None]:
        """Tell of the settings in force and return them.

        While those that are kept cannot be read, the configuration file is looked at.
        """
        file, now = self._config_file, None
        try:
            now = kept_settings(self._folders)
        except MistakesFound as error:
            if {each.code for each in error.mistakes} == {"file_denied"}:
                yield find("configuration.denied", file=file or "trial.toml")
            else:
                yield find("configuration.damaged", *error.mistakes)
        try:
            now = now or read_seed(file, self._folders).in_force()
        except MistakesFound as error:
            for mistake in error.mistakes:
                yield find("configuration.mistake", mistake, file=error.source)
            return None
        count = {"lines": len(now.config.lines), "purposes": len(now.config.purposes)}
        yield find("configuration.valid", **count)
        return now

    def _configured(self, config: Config, read: Taken) -> Iterator[Finding]:
        """Examine what the configuration names: processes, lines, vault."""
        from appliance.keeper.doctor.memory import examine_memory
        from appliance.keeper.doctor.panel import examine_panel
        from appliance.keeper.doctor.vault import examine_vault
        from appliance.recorder.doctor.lines import examine_lines, settings_read

        recorder = Process(self._folders.recorder_socket, "recorder", self._folders.recorder_uid)
        keeper = Process(self._folders.keeper_socket, "keeper", self._folders.keeper_uid)
        lines = recorder.ask(ExamineLines())
        box = keeper.ask(GetBoxState())
        panel = panel_answers(config)
        if not (recorder.there or keeper.there or panel):
            yield find("processes.nothing_runs")
        else:
            yield recorder.finding()
            yield keeper.finding()
            address = reach.url(config.panel)
            yield find("processes.panel_runs" if panel else "processes.panel_away", address=address)
        yield from examine_panel(config.panel, self._clock)
        there = {"recorder": recorder.there, "keeper": keeper.there, "panel": panel}
        yield from examine_memory(self._folders, [name for name in there if there[name]])
        if lines is not None:
            yield from lines.found
        else:
            yield from settings_read(read)
            yield from examine_lines(
                config,
                self._clock,
                tools=self._tools,
                kept=self._folders.prompts,
                calibrations=self._folders.calibration,
                unagreed=self._unagreed,
            )
        confirmed = box.sheet_confirmed if box is not None else None
        yield from examine_vault(config, self._folders, confirmed)

    def _unagreed(self, country: str, line: str) -> "Lacking | None":
        """Say what of the consent of those who speak is lacking, if this user may see it."""
        from appliance.recorder.line.speakers import KnownSpeakers
        from appliance.recorder.line.stated_day import StatedDay
        from appliance.recorder.line.told_speakers import ToldSpeakers

        if not os.access(self._folders.settings, os.R_OK | os.X_OK):
            return None
        day, told = StatedDay(self._folders.day), ToldSpeakers(self._folders.told_speakers)
        known = KnownSpeakers(self._folders.speakers, day.has_come, told.holds)
        return known.lacking(country, line)


class Process:
    """A process of the box that may answer."""

    def __init__(
        self, path: Path, name: Literal["recorder", "keeper"], uid: int | None = None
    ) -> None:
        self._client = Client(path, ANSWER_SECONDS, process=name, uid=uid)
        self._name = name
        self._state: Literal["runs", "away", "denied", "foreign"] = "away"
        self._foreign: WrongServer | None = None

    @property
    def there(self) -> bool:
        """Say whether it runs, even if it refuses to answer."""
        return self._state != "away"

    def ask(self, operation: Operation[ReplyT]) -> ReplyT | None:
        """Ask, and return the answer or None."""
        try:
            answer = self._client.call(operation)
        except Refused:
            self._state = "denied"
            return None
        except WrongServer as error:
            self._state, self._foreign = "foreign", error
            return None
        except LinkError as error:
            # No fault of the system: a process is there and hung up on this user.
            cause = error.__context__
            hung_up = cause is None or isinstance(cause, (PermissionError, ConnectionResetError))
            self._state = "denied" if hung_up else "away"
            return None
        self._state = "runs"
        return answer

    def finding(self) -> Finding:
        """Return the finding on whether it runs."""
        if self._foreign is not None:
            return find(
                "processes.foreign",
                process=self._name,
                socket=self._foreign.socket,
                user=self._foreign.user,
                wanted=self._foreign.wanted,
            )
        if self._state == "denied":
            return find("processes.denied", process=self._name)
        return find(f"processes.{self._name}_{self._state}")


def panel_answers(config: Config) -> bool:
    """Say whether something listens at the panel's address."""
    try:
        with socket.create_connection((config.panel.host, config.panel.port), CONNECT_SECONDS):
            return True
    except OSError:
        return False
