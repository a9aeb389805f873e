"""Handle the lists of those who speak on lines: show, add, take off, vouch."""

from appliance.keeper.box import Box
from appliance.keeper.people.sessions import Caller
from appliance.keeper.recordings.speakers.lists import SpeakerLists
from appliance.link.handlers import handles
from appliance.link.requests.papers import speakers as ask


class SpeakersDesk:
    """The handlers of the lists; each raises Refused or another ZgodaError to say no."""

    def __init__(self, box: Box) -> None:
        self._box = box

    @handles(ask.ShowSpeakers)
    def all(self, operation: ask.ShowSpeakers, who: Caller) -> ask.AllSpeakers:
        """Return the lists of all lines."""
        return self._lists.all()

    @handles(ask.AddSpeaker)
    def added(self, operation: ask.AddSpeaker, who: Caller) -> ask.LineSpeakers:
        """Add a person."""
        return self._lists.add(operation, who)

    @handles(ask.RemoveSpeaker)
    def removed(self, operation: ask.RemoveSpeaker, who: Caller) -> ask.LineSpeakers:
        """Take a person off."""
        return self._lists.remove(operation, who)

    @handles(ask.VouchSpeakers)
    def vouched(self, operation: ask.VouchSpeakers, who: Caller) -> ask.LineSpeakers:
        """Let an administrator vouch for a list."""
        return self._lists.vouch(operation, who)

    @property
    def _lists(self) -> SpeakerLists:
        return self._box.opened().records.recordings.speakers
