"""Say which spoken forms of a line nobody has confirmed yet.

A form is right if a person read it aloud in whole sentences, or if it is one of those that
ship ready. A change of the words takes the confirmation with it, since it names their digest.
"""

from appliance.config.settings import Config, Line
from appliance.config.words.digests import confirms, digest_of
from appliance.config.words.ready import is_ready
from appliance.model.sentences.lacking import Lacking, lack


def unconfirmed(config: Config, line: Line, language: str) -> tuple[Lacking, ...]:
    """Return the office and each purpose of a line whose words wait for a person.

    ``words`` is their digest, as the settings name it once they are confirmed.
    """
    waiting = []
    office, digest = config.office, digest_of(config.office)
    if not confirms(office.confirmed, digest):
        waiting.append(lack("office_unconfirmed", words=digest))
    for name in line.purposes:
        purpose = config.purpose(name)
        own_words = any((purpose.law_says, purpose.interest_says, purpose.other_way_says))
        digest = digest_of(purpose)
        ready = is_ready(purpose, language) and not own_words
        if not ready and not confirms(purpose.confirmed, digest):
            waiting.append(lack("purpose_unconfirmed", name=name, words=digest))
    return tuple(waiting)
