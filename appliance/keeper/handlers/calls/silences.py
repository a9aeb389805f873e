"""Handle silences: list, count and set them, end them by two people."""

from collections.abc import Iterable

from msgspec import structs

from appliance.keeper.box import Box
from appliance.keeper.people.sessions import Caller
from appliance.keeper.recordings.parts import CallParts
from appliance.link.handlers import handles
from appliance.link.operations import Done, Role
from appliance.link.requests.papers import silences as ask


def marked(silences: Iterable[ask.Silence], calls: CallParts) -> tuple[ask.Silence, ...]:
    """Return silences that say which of their calls was on no telephone line."""
    return tuple(
        structs.replace(
            one,
            calls=tuple(
                structs.replace(call, unreal=calls.unreal(call.recording)) for call in one.calls
            ),
        )
        for one in silences
    )


class SilenceDesk:
    """The handlers of silences; each raises Refused or another ZgodaError to say no."""

    def __init__(self, box: Box) -> None:
        self._box = box

    @handles(ask.ListSilences)
    def all(self, operation: ask.ListSilences, who: Caller) -> ask.SilenceList:
        """List all silences; what was typed, to privacy officers."""
        with_words = Role.PRIVACY_OFFICER in who.roles
        recordings = self._box.opened().records.recordings
        silences = recordings.silences.all(who.operator, with_words=with_words)
        return ask.SilenceList(marked(silences, recordings.calls))

    @handles(ask.CountSilences)
    def counted(self, operation: ask.CountSilences, who: Caller) -> ask.SilenceCount:
        """Count the silences that ask for somebody."""
        return self._box.opened().records.recordings.silences.counted()

    @handles(ask.SetSilence)
    def set(self, operation: ask.SetSilence, who: Caller) -> ask.SilenceSet:
        """Silence a copy, or enter a new paper."""
        silences = self._box.opened().records.recordings.silences
        return ask.SilenceSet(silences.set(operation, who.operator))

    @handles(ask.AskSilencesEnd)
    def asked(self, operation: ask.AskSilencesEnd, who: Caller) -> Done:
        """Take an order to end silences."""
        box = self._box.opened()
        box.prove(who, operation.password)
        box.records.recordings.silences.ask_end(operation.cases, who.operator)
        return Done()

    @handles(ask.ConfirmSilencesEnd)
    def confirmed(self, operation: ask.ConfirmSilencesEnd, who: Caller) -> Done:
        """End silences that another person has asked to end."""
        box = self._box.opened()
        box.prove(who, operation.password)
        box.records.recordings.silences.confirm_end(operation.cases, who.operator)
        return Done()

    @handles(ask.CancelSilencesEnd)
    def cancelled(self, operation: ask.CancelSilencesEnd, who: Caller) -> Done:
        """Cancel an order that waits."""
        silences = self._box.opened().records.recordings.silences
        silences.cancel_end(operation.cases, who.operator)
        return Done()
