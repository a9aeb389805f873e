"""Read a ticket under the right key: its fields are the sealer's to choose.

An input is the ticket's clear text, which is sealed here: HPKE takes most of the time.
"""

from dataclasses import replace

from appliance.errors import FileFormatError
from appliance.vault.format import (
    KEY_BYTES,
    LAYER_BYTES,
    SUITE_X25519,
    TICKET_FIELDS,
    Header,
    Ticket,
)
from appliance.vault.opening.entry import RecordingEntry
from appliance.vault.opening.state import pack_state, read_state
from appliance.vault.opening.unseal import open_ticket
from appliance.vault.tickets import HPKE, OFFICES, SECOND
from tests.fuzz.feeding import Target
from tests.fuzz.keys import RECORDING, RECORDING_PUBLIC, RID, VAULT_ID

_INNER = LAYER_BYTES[SUITE_X25519] + KEY_BYTES
_PLAIN = TICKET_FIELDS.size + _INNER
"""A header of any other length is refused before."""


def take(raw: bytes) -> None:
    """Open it, for a second holder too, and keep what it says in a shard's entry."""
    blank = Header(1, RID, VAULT_ID, b"", holder=RID, second_rid=RID)
    plain = raw[:_PLAIN].ljust(_PLAIN, b"\0")
    own, second = (
        HPKE.encrypt(plain, RECORDING_PUBLIC, info=labels.ticket + blank.bound)
        for labels in (OFFICES, SECOND)
    )
    header = replace(blank, ticket=own, second_ticket=second)
    fields = open_ticket(header, RECORDING).fields
    assert open_ticket(header, RECORDING, second=True).fields == fields
    entry = RecordingEntry(
        due_day=fields.due_day,
        call=fields.call_id,
        clock_ok=fields.clock_ok,
        day=fields.day,
        boot_id=fields.boot_id,
        uptime=fields.uptime,
    )
    assert read_state(pack_state(7, entry))[0] == 7


def seeds() -> dict[str, bytes]:
    """Return an ordinary one, one of a clock that was never set, one at the ends of its fields."""
    usual = Ticket(20_807, "00112233445566ff", True, "a1b2c3", 77, 90)
    unset = Ticket(0, "00112233445566ff", False, "a1b2c3", 0)
    return {"usual": usual.pack(), "unset": unset.pack(), "ends": b"\xff" * TICKET_FIELDS.size}


TARGET = Target("ticket", take, (FileFormatError,), seeds, longest=_PLAIN)
