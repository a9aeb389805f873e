"""Build mail: what is told of the box, and to whom."""

from collections.abc import Callable, Iterable

from appliance.keeper.box import Box, OpenBox
from appliance.keeper.chores import MINUTE, TICK, Chore
from appliance.keeper.doctor.mail import examine_mail
from appliance.keeper.handlers.mail import MailDesk
from appliance.keeper.mail.post import Post
from appliance.keeper.subject import Subject
from appliance.link.handlers import handlers_of
from appliance.model.findings import Finding


def build(
    box: Box, examine: Callable[[], Iterable[Finding]], others: Callable[[], bool]
) -> Subject:
    """Return the subject.

    Args:
        box: tells of itself.
        examine: looks at the whole of it.
        others: says whether the courier has other errands than mail and backups.
    """
    around = box.around

    def kept(now: OpenBox) -> Post:
        records = now.records
        told = now.audit, records.ledger, records.time
        return Post(now.keyring, *told, lambda: around.language)

    post = box.while_open(kept)
    desk = MailDesk(box, post, examine, others)

    def hears_courier() -> bool:
        seen = post().facts()
        return seen.wanted and not seen.away

    return Subject(
        handlers_of(desk),
        chores=(
            Chore("courier", TICK, desk.tell_wanted),
            Chore("mail", MINUTE, desk.look_in_thread),
        ),
        findings=lambda: examine_mail(post().facts()),
        hears_courier=hears_courier,
        started=desk.tell_wanted,
    )
