"""Know the entry of the audit that stands before a call, by the keeper's word alone.

What the keeper told is not kept over a restart: until it tells again, no recording names an entry.
"""

from appliance.link.handlers import handles
from appliance.link.operations import Done
from appliance.link.requests.processes.news import TellEntry
from appliance.model.records import AuditPlace


class ToldEntry:
    """The entry that the keeper last told. Any thread may ask."""

    def __init__(self) -> None:
        self._place: AuditPlace | None = None

    @property
    def place(self) -> AuditPlace | None:
        """Return it; None: none was told."""
        return self._place

    @handles(TellEntry)
    def _told(self, operation: TellEntry) -> Done:
        self._place = operation.place
        return Done()
