"""Build the words that lines say: people's recordings of them, and what callers have heard."""

import contextlib
from collections.abc import Callable

from appliance.clock import HOUR
from appliance.errors import LinkError, Refused
from appliance.keeper.box import Box, OpenBox
from appliance.keeper.chores import Chore, attempt
from appliance.keeper.handlers.lines import RecorderLink
from appliance.keeper.handlers.words.words import Unread, WordsDesk
from appliance.keeper.subject import Subject
from appliance.link.handlers import handlers_while


class PromptArchive:
    """Keeps the prompts that callers may hear."""

    def __init__(self, box: Box, recorder: RecorderLink) -> None:
        self._box, self._recorder = box, recorder

    def keep(self) -> None:
        """Keep what the recorder says; while it is away, what is kept stays."""
        attempt("prompts", self._box.with_open(self._keep))

    def _keep(self, now: OpenBox) -> None:
        with contextlib.suppress(LinkError, Refused):  # asked again when it is back
            now.records.keep_prompts(self._recorder.prompts_in_use(), self._recorder.prompt_sound)


def build(box: Box, recorder: RecorderLink, keep: Callable[[], None], unread: Unread) -> Subject:
    """Return the subject.

    Args:
        box: keeps the words.
        recorder: says and speaks them.
        keep: keeps those that callers may hear.
        unread: returns the version of the settings, and which words nobody has confirmed.
    """
    desk = box.while_open(lambda now: WordsDesk(box.around, recorder, now.audit, unread))
    return Subject(handlers_while(WordsDesk, desk), chores=(Chore("prompts", HOUR, keep),))
