"""The doctor of the panel: what the recorder sees and what the keeper sees, together."""

from collections.abc import Callable, Iterator, Mapping

from appliance.errors import LinkError, Refused
from appliance.keeper.box import Surroundings
from appliance.keeper.dispatch import Handler
from appliance.keeper.doctor.box import examine_box
from appliance.keeper.doctor.machine import Machine
from appliance.keeper.doctor.vault import examine_vault
from appliance.keeper.people.sessions import Caller
from appliance.link.client import Client
from appliance.link.registry import AnyOperation
from appliance.link.requests.doctor import Examine, ExamineLines, Findings
from appliance.model.findings import Finding, find

ANSWER_SECONDS = 10.0
"""The recorder looks at every device's files; it opens none."""


class Doctor:
    """Looks at the whole box when asked."""

    def __init__(
        self,
        around: Surroundings,
        sheet_confirmed: Callable[[], bool],
        machine: Machine | None = None,
    ) -> None:
        """Prepare.

        Args:
            around: the box.
            sheet_confirmed: says whether the recovery sheet was typed back.
            machine: what is looked at.
        """
        self._around = around
        self._sheet_confirmed = sheet_confirmed
        self._machine = machine or Machine()
        self._recorder = Client(around.folders.recorder_socket, ANSWER_SECONDS, process="recorder")

    def handlers(self) -> Mapping[type[AnyOperation], Handler]:
        """Return the handler of the examination."""
        return {Examine: self._examine}

    def _examine(self, operation: Examine, who: Caller) -> Findings:
        return Findings(tuple(self._found()))

    def _found(self) -> Iterator[Finding]:
        around = self._around
        try:
            seen = self._recorder.call(ExamineLines()).found
        except (LinkError, Refused):
            yield find("processes.recorder_away")
        else:
            yield find("processes.recorder_runs")
            yield from seen
        yield find("processes.keeper_runs")
        config = around.config
        yield find("configuration.valid", lines=len(config.lines), purposes=len(config.purposes))
        yield from examine_box(self._machine, around.folders.data, around.clock)
        yield from examine_vault(config, around.folders, self._sheet_confirmed())
