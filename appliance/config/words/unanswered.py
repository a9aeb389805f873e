"""Find what nobody has answered: callers hear nothing that depends on it, and Home asks."""

from collections.abc import Iterator
from dataclasses import dataclass

from appliance.config.mistakes import Mistake, Place, mistake
from appliance.config.settings import Basis, Config


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A setting without an answer."""

    place: Place
    code: str  # of the finding that asks, after ``configuration.``
    name: str = ""  # of the purpose
    binding: bool = True  # who brings it has to answer it

    @property
    def key(self) -> tuple[str, str]:
        """Return what is the same of it wherever its table stands."""
        return self.code, self.name


def unanswered(config: Config) -> Iterator[Unanswered]:
    """Yield the questions of settings that nobody has answered."""
    office = config.office
    if office.officer and not office.officer_says:
        yield Unanswered(("office", "officer_says"), "officer_says_open")
    if office.name and not (office.recipients or office.recipients_say):
        yield Unanswered(("office", "recipients"), "recipients_open")
    for at, purpose in enumerate(config.purposes):
        if purpose.basis is Basis.CONTRACT and not purpose.contract_to:
            yield Unanswered(("purpose", at, "contract_to"), "contract_open", purpose.id)
    if any(each.kinds for each in config.purposes) and not office.officer:
        # it may have none: only a person who knows the law can say
        yield Unanswered(("office", "officer"), "officer_open", binding=False)


def unanswered_anew(config: Config, before: Config) -> Iterator[Mistake]:
    """Yield the questions that came with a draft: who writes it answers them.

    Settings of before go on as they are; what they left open only asks.
    """
    known = {each.key for each in unanswered(before)}
    for each in unanswered(config):
        if each.binding and each.key not in known:
            yield mistake(each.place, "not_answered")
