"""Build the audit: its signed heads, and a check of the whole of it once a day."""

import logging

from appliance.clock import DAY, HOUR
from appliance.keeper.box import Box, OpenBox
from appliance.keeper.chores import Chore, attempt
from appliance.keeper.handlers.audit import Audit
from appliance.keeper.subject import Subject
from appliance.link.handlers import handlers_of

_log = logging.getLogger(__name__)


def build(box: Box) -> Subject:
    """Return the subject."""

    def check(now: OpenBox) -> None:
        """Check the whole audit once a day; log what it finds."""
        audit = now.audit
        if audit.checked_whole is None or box.around.clock.now() - audit.checked_whole >= DAY:
            found = audit.check_whole()
            attempt("comparison", now.records.recordings.comparison.whole)
            if not found.sound:
                _log.error("The audit is bad at entry %s. %s", found.first_bad, found.problem)

    return Subject(
        handlers_of(Audit(box)),
        chores=(
            Chore("audit", HOUR, box.with_open(lambda now: now.audit.sign_head())),
            Chore("anchor", HOUR, box.with_open(lambda now: now.keyring.keep_anchor())),
            Chore("whole audit", HOUR, box.with_open(check)),
        ),
    )
