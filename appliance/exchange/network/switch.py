"""Switch the calls of a simulated line: ring, connect, park, swap and release its three phones.

The office's line can have one party that talks, and one beside it: parked by a flash, waiting with
an alert, rung by the office, or calling before the office lifts.

    office     flash while A talks            A is parked, dial tone; a number rings another phone
               flash while B waits or is      the two change places
               parked beside A
               flash without a talk           the parked party is taken back
               hangs up                       a waiting or parked party rings the office again

A scene's script and the people at the demo phone drive the same switch. Acts of a scene hang on
what happens here: lifted, answered, flashed.
"""

from collections.abc import Mapping

from appliance.exchange import tones
from appliance.exchange.circuit.stage import Stage
from appliance.exchange.circuit.track import Track
from appliance.exchange.network.bells import Bells, Leg, Timers
from appliance.exchange.network.soundings import Soundings
from appliance.exchange.scene import Caller, Network
from appliance.exchange.schedule import Schedule
from appliance.model.audio import samples
from appliance.model.demo_phone import Party, State
from appliance.model.terms import Tone

HAND = samples(0.4)
"""From a ring's beginning to the hand on the receiver; after the first ring nobody is quicker."""

ROUTING = samples(1.5)
"""From a complete number to the ringback tone."""

_DIAL_TONE = samples(0.4)
_BUSY = samples(0.6)  # from one end's hang-up to the other's busy tone
_RELEASE = samples(1.5)  # from the hang-up until the wires are as they were
_RECALL = samples(2.0)  # from the hang-up to the ringing of the party that still waits
_HEARD_ENOUGH = samples(15.0)  # of a busy tone: then a party hangs up
_QUIET = samples(3.0)  # after the last hang-up, until the call is over

_WHOLE = samples(4.0)
"""Without another digit for so long, a number is complete; a whole one takes as long to reach."""

_DIGITS = 9  # of a Polish number
_EMERGENCY = frozenset({"112", "997", "998", "999", "986", "991"})
_STATES: Mapping[str, State] = {
    Tone.DIAL: "dial_tone",
    Tone.BUSY: "busy",
    Tone.RINGBACK: "calling",
}
"""Of the office while it hears a tone."""


class Switch:
    """The exchange, with three phones."""

    def __init__(
        self,
        stage: Stage,
        schedule: Schedule,
        soundings: Soundings,
        network: Network,
        start: int,
        *,
        dial_tone_after_flash: bool,
    ) -> None:
        """Begin at ``start`` with every phone on-hook.

        Without ``dial_tone_after_flash`` the scene's own acts say what follows a flash.
        """
        self._stage = stage
        self._schedule = schedule
        self._timers = Timers(schedule)
        self._soundings = soundings
        self._network = network
        self._dial_tone_after_flash = dial_tone_after_flash
        self._bells = Bells(stage, self._timers, soundings, network.country)
        self.legs = (Leg("caller", stage.caller), Leg("third", Track()))
        self.office: State = "on_hook"
        self.display = ""  # of the office's phone
        self.lifted = False
        self.talks: Leg | None = None
        self.beside: Leg | None = None  # parked, waiting or calling
        self.gathering = False  # digits of a number
        self.quiet_at = start  # from here on an idle line's call is over
        self._called: Leg | None = None  # rung by the office
        self._dialled = ""
        self._rang_at = 0  # the first time in this call

    def leg(self, party: Party) -> Leg:
        """Return a phone out in the network."""
        return self.legs[0] if party == "caller" else self.legs[1]

    @property
    def idle(self) -> bool:
        """Return whether every phone is on-hook."""
        return not self.lifted and all(leg.state == "on_hook" for leg in self.legs)

    # -- out in the network -----------------------------------------------------------------------

    def call_in(self, leg: Leg, caller: Caller, sample: int) -> None:
        """Dial the office from a phone: it rings, is alerted in its call, or is engaged."""
        leg.caller, leg.display = caller, ""
        free = self.beside is None and self._called is None
        if free and not self.lifted:
            self.beside = leg
            self._ring_office(leg, sample)
        elif free and self.talks is not None and self.talks is not leg:
            self.beside = leg
            self._bells.alert(sample)
        else:
            self._engaged(leg, sample)
            return
        leg.state = "calling"
        self._soundings.tone(Tone.RINGBACK, leg.party, sample)

    def leg_lifted(self, leg: Leg, sample: int) -> None:
        """Answer a phone that the office rings."""
        self._bells.quiet(leg)
        self._called = None
        if self.beside is None:
            self._tell_by_wires()
        self._connect(leg, sample)

    def leg_gone(self, leg: Leg, sample: int) -> None:
        """Hang up a phone in the network."""
        if leg.state == "on_hook":
            return
        leg.track.cut(sample)
        self._soundings.still(leg.party)
        leg.state, self.quiet_at = "on_hook", sample + _QUIET
        self._timers.cancel(f"busy {leg.party}")
        if leg is self.beside:
            self.beside = None
            self._quiet_office(sample)
        if leg is self.talks:
            self._talk_to(None)
            self._tell_by_wires()
            self.office, self.display = "silent", ""
            if self._network.when_far_gone != "silence":
                self._office_tone_later(Tone(self._network.when_far_gone), sample + _BUSY)

    # -- the office -------------------------------------------------------------------------------

    def lift(self, sample: int) -> None:
        """Lift the office's phone, to answer or to dial."""
        if self._stage.ringing and sample < self._rang_at + HAND:
            self._timers.after("lift", self._rang_at + HAND, self.lift)
            return
        self.lifted = self._stage.off_hook = True
        self._quiet_office(sample)
        self._schedule.happened("lifted", sample)
        if self.beside is not None:
            leg, self.beside = self.beside, None
            told = self.display  # nothing, where the first ring was not waited for
            self._connect(leg, sample)
            self.display = told
        else:
            self._offer_dial_tone(sample)

    def hang_up(self, sample: int) -> None:
        """Hang up the office's phone; a waiting or parked party rings it again."""
        stage = self._stage
        self.lifted = stage.off_hook = False
        self.office, self.display, self.quiet_at = "on_hook", "", sample + _QUIET
        self._timers.cancel("office", "alert", "flash")
        self._soundings.still("office")
        for track in (stage.office, stage.network):
            track.cut(sample)
        if self.talks is not None:
            self._left(self.talks, sample)
        self._talk_to(None)
        self._drop_called()
        self._timers.after("release", sample + _RELEASE, self._release)
        if self.beside is not None:
            self._recall(self.beside, sample)

    def flash(self, sample: int, count: int) -> None:
        """Press the office's hook switch for ``count`` samples."""
        if self._stage.off_hook:
            self._stage.off_hook = False
            self._timers.after("flash", sample + count, self._flashed)

    def _flashed(self, sample: int) -> None:
        self._stage.off_hook = True
        self._stage.network.cut(sample)
        self._soundings.still("office")
        self._timers.cancel("office", "alert")
        parked, self.beside = self.beside, self.talks
        if self.beside is not None:
            self.beside.state = "held"
        self._talk_to(None)
        self._drop_called()
        if parked is not None:
            self._connect(parked, sample)
        elif self._dial_tone_after_flash:
            self._offer_dial_tone(sample)
        self._schedule.happened("flashed", sample)

    # -- dialling ---------------------------------------------------------------------------------

    def digit(self, key: str, sample: int, end: int) -> None:
        """Count a key of the office towards a number, while the exchange gathers one."""
        if not self.gathering:
            return
        self.dialling(self._dialled + ("" if key == "#" else key), sample)
        if self._dialled in _EMERGENCY or key == "#":
            self.complete(end)
        else:
            self.gathering = len(self._dialled) < _DIGITS
            self._timers.after("office", end + _WHOLE, self._route)

    def dialling(self, number: str, sample: int) -> None:
        """End the dial tone: the office has dialled ``number`` so far."""
        self._timers.cancel("office")
        self._stage.network.cut(sample)
        self._soundings.still("office")
        self.office, self._dialled, self.display = "dialling", number, number

    def complete(self, end: int) -> None:
        """Route a number whose last digit ended at ``end``."""
        self._timers.after("office", end + ROUTING, self._route)

    def _route(self, sample: int) -> None:
        """Ring a phone that is free, or sound the busy tone."""
        self.gathering = False
        free = [leg for leg in self.legs if leg.state == "on_hook"]
        if not free or not self._dialled:
            self.display = ""
            self._office_tone(Tone.BUSY, sample)
            return
        leg = self._called = free[0]
        leg.state, leg.display = "ringing", self._dialled
        self._bells.ring(leg, sample)
        self._office_tone(Tone.RINGBACK, sample)

    def _offer_dial_tone(self, sample: int) -> None:
        self.office, self.display = "silent", ""
        self._dialled, self.gathering = "", True
        self._office_tone_later(Tone.DIAL, sample + _DIAL_TONE)

    def _office_tone_later(self, name: Tone, sample: int) -> None:
        self._timers.after("office", sample, lambda at: self._office_tone(name, at))

    def _office_tone(self, name: Tone, sample: int) -> None:
        self.office = _STATES[name]
        wave, repeat = tones.tone(name, self._network.country)
        self._stage.network.cut(sample)
        self._stage.network.signal(sample, wave, repeat=repeat)
        self._soundings.tone(name, "office", sample)

    # -- who rings and who waits ------------------------------------------------------------------

    def _ring_office(self, leg: Leg, sample: int) -> None:
        def told(leg: Leg) -> None:
            self.display = leg.caller.number

        self.office, self._rang_at = "ringing", sample
        self._bells.ring_office(leg, sample, told)

    def _quiet_office(self, sample: int) -> None:
        """Let nobody ring or wait any more."""
        self._bells.quiet_office()
        self._timers.cancel("recall")
        if not self.lifted:
            self.office, self.display = "on_hook", ""
        if self.talks is None:
            self._stage.network.cut(sample)

    def _recall(self, leg: Leg, sample: int) -> None:
        """Let a waiting or parked party ring the office once it has hung up."""
        leg.state = "calling"
        self._soundings.tone(Tone.RINGBACK, leg.party, sample)
        self._timers.after("recall", sample + _RECALL, lambda at: self._ring_office(leg, at))

    # -- connecting -------------------------------------------------------------------------------

    def _connect(self, leg: Leg, sample: int) -> None:
        self._stage.network.cut(sample)
        self._soundings.still("office")
        self._soundings.still(leg.party)
        self.gathering = False
        leg.state = self.office = "talking"
        self.display = leg.caller.number or leg.display
        self._talk_to(leg)
        self._schedule.happened("answered", sample)

    def _talk_to(self, leg: Leg | None) -> None:
        """Let the office hear this party, and no other."""
        self.talks = leg
        self._stage.far = leg.track if leg is not None else None

    def _left(self, leg: Leg, sample: int) -> None:
        """Sound the busy tone, in a moment, to the party that the office has left."""
        leg.state = "silent"
        tone = f"busy {leg.party}"
        self._timers.after(tone, sample + _BUSY, lambda at: self._engaged(leg, at))

    def _engaged(self, leg: Leg, sample: int) -> None:
        leg.state = "busy"
        self._soundings.tone(Tone.BUSY, leg.party, sample)
        enough = sample + _HEARD_ENOUGH
        self._timers.after(f"busy {leg.party}", enough, lambda at: self.leg_gone(leg, at))

    def _drop_called(self) -> None:
        """Stop ringing the phone that the office called."""
        if self._called is not None:
            self._bells.quiet(self._called)
            self._called.state, self._called.display = "on_hook", ""
            self._called = None

    def _tell_by_wires(self) -> None:
        """Swap the wires where the network tells answer and hang-up so."""
        if self._network.reversal:
            self._stage.swapped = not self._stage.swapped

    def _release(self, sample: int) -> None:
        self._stage.swapped = False
