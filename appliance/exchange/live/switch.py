"""The simulated network with people at its phones: it rings, connects, parks, swaps and hangs up.

Nothing here is scripted. The office's line can have one party that talks, and one beside it: parked
by a flash, waiting with an alert, rung by the office, or calling before the office lifts.

    office     flash while A talks            A is parked, dial tone; a number rings somebody else
               flash while B waits or is      the two change places
               parked beside A
               flash without a talk           whoever is parked is taken back
               hangs up                       whoever waits or is parked rings the office again
"""

from appliance.exchange import tones
from appliance.exchange.circuit.stage import Stage
from appliance.exchange.circuit.track import Track
from appliance.exchange.live.bells import COUNTRY, Bells, Leg, Timers
from appliance.exchange.live.soundings import Soundings
from appliance.exchange.scene import Caller
from appliance.exchange.schedule import Schedule
from appliance.model.audio import samples
from appliance.model.demo_phone import Party, State
from appliance.model.terms import Tone

_HAND = samples(0.4)  # from the first ring to the hand on the receiver, however quick it is
_DIAL_TONE = samples(0.4)
_BUSY = samples(0.6)  # from one end's hanging up to the other's busy tone
_RELEASE = samples(1.5)  # from the hang-up to the wires' being as they were
_RECALL = samples(2.0)  # from the hang-up to the ringing of whoever still waits
_HEARD_ENOUGH = samples(15.0)  # of a busy tone: whoever hears it hangs up

_WHOLE = samples(4.0)
"""Without another digit for so long, a number is complete; a whole one takes as long to reach."""

_SOON = samples(1.5)
_DIGITS = 9  # of a Polish number
_EMERGENCY = frozenset({"112", "997", "998", "999", "986", "991"})


class Switch:
    """The exchange, with three phones."""

    def __init__(self, stage: Stage, schedule: Schedule, soundings: Soundings) -> None:
        """Begin with every phone on its hook; ``stage.third`` is the third phone's track."""
        stage.third = Track()
        self._stage = stage
        self._timers = Timers(schedule)
        self._soundings = soundings
        self._bells = Bells(stage, self._timers, soundings)
        self.legs = (Leg("caller", stage.caller), Leg("third", stage.third))
        self.office: State = "on_hook"
        self.display = ""  # of the office's phone
        self.lifted = False
        self.talks: Leg | None = None
        self.beside: Leg | None = None  # parked, waiting or calling
        self._called: Leg | None = None  # rung by the office
        self._dialled = ""
        self._gathering = False
        self._rang_at = 0  # the first time in this call

    def leg(self, party: Party) -> Leg:
        """Return a phone out in the network."""
        return self.legs[0] if party == "caller" else self.legs[1]

    @property
    def idle(self) -> bool:
        """Say whether every phone is on its hook."""
        return not self.lifted and all(leg.state == "on_hook" for leg in self.legs)

    # -- out in the network -----------------------------------------------------------------------

    def call_in(self, leg: Leg, caller: Caller, sample: int) -> None:
        """A phone dials the office: that rings, or hears of it while it talks, or is engaged."""
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
        """A phone that the office rings is answered."""
        self._bells.quiet(leg)
        self._called = None
        if self.beside is None:
            self._stage.swapped = True  # the answer of an outgoing call, told by the wires
        self._connect(leg, sample)

    def leg_gone(self, leg: Leg, sample: int) -> None:
        """A phone in the network is hung up."""
        leg.track.cut(sample)
        self._soundings.still(leg.party)
        leg.state = "on_hook"
        self._timers.cancel(f"busy {leg.party}")
        if leg is self.beside:
            self.beside = None
            self._quiet_office(sample)
        if leg is self.talks:
            self.talks = None
            self._reach()
            self._stage.swapped = False
            self._office_busy(sample)

    # -- the office -------------------------------------------------------------------------------

    def lift(self, sample: int) -> None:
        """The office answers, or wants to dial."""
        if self._stage.ringing and sample < self._rang_at + _HAND:
            self._timers.after("lift", self._rang_at + _HAND, self.lift)
            return
        self.lifted = self._stage.off_hook = True
        self._quiet_office(sample)
        if self.beside is not None:
            leg, self.beside = self.beside, None
            told = self.display  # nothing, where the first ring was not waited for
            self._connect(leg, sample)
            self.display = told
        else:
            self._offer_dial_tone(sample)

    def hang_up(self, sample: int) -> None:
        """The office's phone goes on its hook; whoever waits or is parked rings it again."""
        stage = self._stage
        self.lifted = stage.off_hook = False
        self.office, self.display = "on_hook", ""
        self._timers.cancel("office", "alert", "flash")
        self._soundings.still("office")
        for track in (stage.office, stage.network):
            track.cut(sample)
        if self.talks is not None:
            leg, self.talks = self.talks, None
            self._left(leg, sample)
        self._drop_called()
        self._reach()
        self._timers.after("release", sample + _RELEASE, self._release)
        if self.beside is not None:
            self._recall(self.beside, sample)

    def flash(self, sample: int, count: int) -> None:
        """The office presses its hook switch for ``count`` samples."""
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
        self.talks = None
        self._drop_called()
        if parked is not None:
            self._connect(parked, sample)
        else:
            self._reach()
            self._offer_dial_tone(sample)

    def digit(self, key: str, sample: int, end: int) -> None:
        """The office pressed a key; it counts towards a number while the exchange gathers one."""
        if not self._gathering:
            return
        self._timers.cancel("office")
        self._stage.network.cut(sample)
        self._soundings.still("office")
        self.office = "dialling"
        self._dialled += "" if key == "#" else key
        self.display = self._dialled
        if self._dialled in _EMERGENCY or key == "#":
            self._timers.after("office", end + _SOON, self._route)
        elif len(self._dialled) >= _DIGITS:
            self._gathering = False
            self._timers.after("office", end + _WHOLE, self._route)
        else:
            self._timers.after("office", end + _WHOLE, self._route)

    # -- who rings and who waits ------------------------------------------------------------------

    def _ring_office(self, leg: Leg, sample: int) -> None:
        def told(leg: Leg) -> None:
            self.display = leg.caller.number

        self.office, self._rang_at = "ringing", sample
        self._bells.ring_office(leg, sample, told)

    def _quiet_office(self, sample: int) -> None:
        """Nobody rings or waits any more."""
        self._bells.quiet_office()
        self._timers.cancel("recall")
        if not self.lifted:
            self.office, self.display = "on_hook", ""
        if self.talks is None:
            self._stage.network.cut(sample)

    def _recall(self, leg: Leg, sample: int) -> None:
        """Let somebody who waited or was parked ring the office, once it has hung up."""
        leg.state = "calling"
        self._soundings.tone(Tone.RINGBACK, leg.party, sample)
        self._timers.after("recall", sample + _RECALL, lambda at: self._ring_office(leg, at))

    # -- connecting -------------------------------------------------------------------------------

    def _connect(self, leg: Leg, sample: int) -> None:
        self._stage.network.cut(sample)
        self._soundings.still("office")
        self._soundings.still(leg.party)
        self._gathering = False
        self.talks, leg.state, self.office = leg, "talking", "talking"
        self.display = leg.caller.number or leg.display
        self._reach()

    def _reach(self) -> None:
        """Let the office hear whom it talks to, and nobody else."""
        self._stage.connected = self.talks is self.legs[0]
        self._stage.third_connected = self.talks is self.legs[1]

    def _left(self, leg: Leg, sample: int) -> None:
        """The office is gone: the other end hears the busy tone in a moment."""
        leg.state = "silent"
        tone = f"busy {leg.party}"
        self._timers.after(tone, sample + _BUSY, lambda at: self._engaged(leg, at))

    def _engaged(self, leg: Leg, sample: int) -> None:
        leg.state = "busy"
        self._soundings.tone(Tone.BUSY, leg.party, sample)
        enough = sample + _HEARD_ENOUGH
        self._timers.after(f"busy {leg.party}", enough, lambda at: self.leg_gone(leg, at))

    def _drop_called(self) -> None:
        """Stop ringing whom the office called."""
        if self._called is not None:
            self._bells.quiet(self._called)
            self._called.state, self._called.display = "on_hook", ""
            self._called = None

    def _release(self, sample: int) -> None:
        self._stage.swapped = False

    # -- dialling ---------------------------------------------------------------------------------

    def _offer_dial_tone(self, sample: int) -> None:
        self.office, self.display = "silent", ""
        self._dialled, self._gathering = "", True
        self._timers.after("office", sample + _DIAL_TONE, self._dial_tone)

    def _dial_tone(self, sample: int) -> None:
        self.office = "dial_tone"
        self._office_tone(Tone.DIAL, sample)

    def _office_busy(self, sample: int) -> None:
        def sound(at: int) -> None:
            self.office = "busy"
            self._office_tone(Tone.BUSY, at)

        if self.lifted:
            self.office, self.display = "silent", ""
            self._timers.after("office", sample + _BUSY, sound)

    def _office_tone(self, name: Tone, sample: int) -> None:
        wave, repeat = tones.tone(name, COUNTRY)
        self._stage.network.cut(sample)
        self._stage.network.signal(sample, wave, repeat=repeat)
        self._soundings.tone(name, "office", sample)

    def _route(self, sample: int) -> None:
        """The number is complete: ring a phone that is free, or tell that none is."""
        self._gathering = False
        free = [leg for leg in self.legs if leg.state == "on_hook"]
        if not free or len(self._dialled) < 2:
            self._office_busy(sample - _BUSY)
            return
        leg = self._called = free[0]
        leg.state, leg.display = "ringing", self._dialled
        self._bells.ring(leg, sample)
        self.office = "calling"
        self._office_tone(Tone.RINGBACK, sample)
