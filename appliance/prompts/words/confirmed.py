"""Say which spoken forms of a line nobody has confirmed yet.

A form is right if a person read it aloud in whole sentences, or if it is one of those that
ship ready. A change of the words takes the confirmation with it, since it names their digest.
"""

from appliance.config.settings import Config, Line
from appliance.config.words.digests import confirms, digest_of
from appliance.config.words.ready import is_ready


def unconfirmed(config: Config, line: Line, language: str) -> tuple[str, ...]:
    """Return a sentence for the office and each purpose of a line that waits for a person."""
    waiting = []
    office, digest = config.office, digest_of(config.office)
    if not confirms(office.confirmed, digest):
        waiting.append(_sentence("the office's names as they are spoken", "office", digest))
    for name in line.purposes:
        purpose = config.purpose(name)
        own_words = any((purpose.law_says, purpose.interest_says, purpose.other_way_says))
        digest = digest_of(purpose)
        ready = is_ready(purpose, language) and not own_words
        if not ready and not confirms(purpose.confirmed, digest):
            waiting.append(_sentence(f"the words of purpose {name}", f"purpose {name}", digest))
    return tuple(waiting)


def _sentence(what: str, where: str, digest: str) -> str:
    example = f'confirmed = {{ by = "…", day = "…", words = "{digest}" }}'
    how = "read them aloud, then confirm them on the page Words and voices"
    return f"nobody has confirmed {what}; {how}, or write in {where}: {example}"
