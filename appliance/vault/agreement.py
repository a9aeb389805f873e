"""Hold a recording's header, META and rule to what each says of a second holder.

The recorder writes all three, and one that is broken into writes them as it likes. A reader refuses
a recording of which they say different things: nobody gets a key to a call unless the rule that the
caller heard of names them, and no ticket that the rule promises is missing without a reason.
"""

from appliance.model.records import CallMeta
from appliance.model.rule import SealedRule
from appliance.model.sentences.faults import noted
from appliance.vault.format import HOLDER_BYTES, FormatFault, Header, Malformed, Ticket


def check_holders(header: Header, meta: CallMeta, rule: SealedRule) -> None:
    """Refuse a ticket for somebody whom the rule does not name, and one that it lacks unsaid.

    Raises:
        Malformed: header, META and rule do not say the same.
    """
    if header.has_second:
        named = [bytes.fromhex(one.fingerprint)[:HOLDER_BYTES] for one in rule.holders]
        agreed = named == [header.holder] and meta.alone is None
    else:
        agreed = bool(rule.holders) == (meta.alone is not None)
    if not agreed:
        raise Malformed(
            FormatFault.CONTENT,
            noted(
                "recording_file_damaged",
                "Header, META and rule do not say the same of a second holder.",
            ),
        )


def check_second(ticket: Ticket, meta: CallMeta) -> None:
    """Refuse a second holder's ticket with other fields than the office's must have had.

    The holder cannot see the office's; META follows from the same call.

    Raises:
        Malformed: they differ.
    """
    due = max(meta.due_days.values(), default=None)
    if (ticket.call_id, ticket.due_day, ticket.clock_ok) != (meta.call, due, meta.clock_ok):
        raise Malformed(
            FormatFault.CONTENT,
            noted("recording_file_damaged", "META says another call or day than the ticket."),
        )
