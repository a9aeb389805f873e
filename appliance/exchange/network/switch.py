"""Switch the calls of a simulated line: ring, connect, park, swap, release.

The office's line can have one party that talks, and one beside it: parked by a flash, waiting with
an alert, rung by the office, or calling before the office lifts.

    office     flash while A talks            A is parked, dial tone; a number rings another phone
               flash while B waits or is      the two change places
               parked beside A
               flash without a talk           the parked party is taken back
               hangs up                       a waiting or parked party rings the office again

A voice modem on the office's line is one more device there: the network sees the line taken while
the phone or the modem holds it, and a flash of the phone only while the modem does not.

A scene's script and the people at the demo phone drive the same switch. Acts of a scene hang on
what happens here: lifted, answered, flashed.
"""

from collections.abc import Mapping

from appliance.exchange import tones
from appliance.exchange.circuit.stage import Stage
from appliance.exchange.circuit.track import Track
from appliance.exchange.network.bells import Bells, Phone
from appliance.exchange.network.soundings import Soundings
from appliance.exchange.scene import By, Network, SceneCaller
from appliance.exchange.schedule import Schedule
from appliance.model.audio import samples
from appliance.model.demo_phone import State
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
"""Of a phone while it hears a tone."""


class Switch:
    """The exchange, with three phones."""

    def __init__(
        self,
        stage: Stage,
        schedule: Schedule,
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
        self._network = network
        self._dial_tone_after_flash = dial_tone_after_flash
        self.soundings = Soundings()
        self._bells = Bells(stage, schedule, self.soundings, network.country)
        self.caller = Phone("caller", stage.caller)
        self.office = Phone("office", stage.office)
        self.third = Phone("third", Track())
        self.phones: dict[By, Phone] = {
            phone.party: phone for phone in (self.caller, self.office, self.third)
        }
        self.talks: Phone | None = None  # to the office
        self.beside: Phone | None = None  # parked, waiting or calling
        self.gathering = False  # digits of a number
        self._start = start
        self.quiet_at = start  # from here on an idle line's call is over
        self._called: Phone | None = None  # rung by the office
        self._dialled = ""
        self._rang_at = 0  # the first time in this call
        self._lifted = False  # the office's phone; a flash does not change it
        self._line: tuple[State, str] = ("on_hook", "")  # what a lifted phone shows

    @property
    def dialled(self) -> str:
        """Return what the office has dialled of a number."""
        return self._dialled

    @property
    def idle(self) -> bool:
        """Return whether every phone is on-hook, and the line free."""
        return not self._taken and all(p.state == "on_hook" for p in self.phones.values())

    @property
    def _taken(self) -> bool:
        """Return whether the network sees the office's line taken."""
        return self._lifted or self._stage.modem

    @property
    def hung_up(self) -> bool:
        """Return whether every phone is on-hook again."""
        return self.idle and self.quiet_at > self._start

    # -- out in the network -----------------------------------------------------------------------

    def call_in(self, phone: Phone, caller: SceneCaller, sample: int) -> None:
        """Dial the office from a phone: it rings, is alerted in its call, or is engaged."""
        phone.caller, phone.display = caller, ""
        free = self.beside is None and self._called is None
        if free and not self._taken:
            self.beside = phone
            self._ring_office(phone, sample)
        elif free and self.talks is not None and self.talks is not phone:
            self.beside = phone
            self._bells.alert(sample)
        else:
            self._engaged(phone, sample)
            return
        self._tone(phone, Tone.RINGBACK, sample)

    def answer(self, phone: Phone, sample: int) -> None:
        """Lift a phone that the office rings."""
        self._bells.quiet(phone)
        self._called = None
        if self.beside is None:
            self._tell_by_wires()
        self._connect(phone, sample)

    def leave(self, phone: Phone, sample: int) -> None:
        """Hang up a phone in the network."""
        if phone.state == "on_hook":
            return
        phone.track.cut(sample)
        self._still(phone, sample)
        phone.state, self.quiet_at = "on_hook", sample + _QUIET
        if phone is self.beside:
            self.beside = None
            self._quiet_office(sample)
        if phone is self.talks:
            self._talk_to(None)
            self._tell_by_wires()
            self._show("silent", "")
            if self._network.when_far_gone != "silence":
                self._tone_later(self.office, Tone(self._network.when_far_gone), sample + _BUSY)

    # -- the office -------------------------------------------------------------------------------

    def lift(self, sample: int) -> None:
        """Lift the office's phone, to answer or to dial."""
        if self._stage.ringing and sample < self._rang_at + HAND:
            self._schedule.after("lift", self._rang_at + HAND, self.lift)
            return
        joins = self._taken
        self._lifted = self._stage.off_hook = True
        if joins:
            self._show(*self._line)
            self._schedule.happened("lifted", sample)
            return
        self.office.state = "silent"
        self._take_line(sample)

    def seize(self, sample: int) -> None:
        """Let a modem take the line, to answer or to dial, or beside the phone."""
        joins = self._taken
        self._stage.modem = True
        if not joins:
            self._take_line(sample)

    def release(self, sample: int) -> None:
        """Let the modem go off the line; it is free unless the phone is lifted."""
        self._stage.modem = False
        if not self._lifted:
            self._free_line(sample)

    def _take_line(self, sample: int) -> None:
        self._quiet_office(sample)
        if self._lifted:
            self._schedule.happened("lifted", sample)
        if self.beside is not None:
            phone, self.beside = self.beside, None
            told = self.office.display  # nothing, where the first ring was not waited for
            self._connect(phone, sample)
            if self._lifted:
                self.office.display = told
        else:
            self._offer_dial_tone(sample)

    def hang_up(self, sample: int) -> None:
        """Hang up the office's phone; a waiting or parked party rings it again.

        While a modem holds the line, nobody else notices.
        """
        self._lifted = self._stage.off_hook = False
        self.office.state, self.office.display = "on_hook", ""
        self._schedule.cancel("flash")
        self.office.track.cut(sample)
        if not self._stage.modem:
            self._free_line(sample)

    def _free_line(self, sample: int) -> None:
        self.gathering, self.quiet_at = False, sample + _QUIET
        self._schedule.cancel("alert")
        self._still(self.office, sample)
        left = self.talks
        self._talk_to(None)
        if left is not None:
            left.state = "silent"
            self._schedule.after(left.party, sample + _BUSY, lambda at: self._engaged(left, at))
        self._drop_called()
        self._schedule.after("release", sample + _RELEASE, self._release)
        if self.beside is not None:
            self._recall(self.beside, sample)

    def flash(self, sample: int, count: int) -> None:
        """Press the office's hook switch for ``count`` samples."""
        if self._stage.off_hook:
            self._stage.off_hook = False
            self._schedule.after("flash", sample + count, self._flashed)

    def _flashed(self, sample: int) -> None:
        self._stage.off_hook = True
        if self._stage.modem:
            return  # the loop was never open
        self._still(self.office, sample)
        self._schedule.cancel("alert")
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
            self._schedule.after("office", end + _WHOLE, self._route)

    def dialling(self, number: str, sample: int) -> None:
        """End the dial tone: the office has dialled ``number`` so far."""
        self._still(self.office, sample)
        self._show("dialling", number)
        self._dialled = number

    def complete(self, end: int) -> None:
        """Route a number whose last digit ended at ``end``."""
        self._schedule.after("office", end + ROUTING, self._route)

    def _route(self, sample: int) -> None:
        """Ring a phone that is free, or sound the busy tone."""
        self.gathering = False
        free = [phone for phone in (self.caller, self.third) if phone.state == "on_hook"]
        if not free or not self._dialled:
            self._show("silent", "")
            self._tone(self.office, Tone.BUSY, sample)
            return
        phone = self._called = free[0]
        phone.state, phone.display = "ringing", self._dialled
        self._bells.ring(phone, sample)
        self._tone(self.office, Tone.RINGBACK, sample)

    def _offer_dial_tone(self, sample: int) -> None:
        self._show("silent", "")
        self._dialled, self.gathering = "", True
        self._tone_later(self.office, Tone.DIAL, sample + _DIAL_TONE)

    # -- who rings and who waits ------------------------------------------------------------------

    def _ring_office(self, phone: Phone, sample: int) -> None:
        def told() -> None:
            self.office.display = phone.caller.number

        self.office.state, self._rang_at = "ringing", sample
        self._bells.ring(self.office, sample)
        self._bells.tell_caller(phone.caller, sample, told)

    def _quiet_office(self, sample: int) -> None:
        """Let nobody ring or wait any more."""
        self._bells.quiet(self.office)
        self._schedule.cancel("caller_id", "alert", "recall")
        if not self.office.off_hook:
            self.office.state, self.office.display = "on_hook", ""
        if self.talks is None:
            self._stage.network.cut(sample)

    def _recall(self, phone: Phone, sample: int) -> None:
        """Let a waiting or parked party ring the office once it has hung up."""
        self._tone(phone, Tone.RINGBACK, sample)
        self._schedule.after("recall", sample + _RECALL, lambda at: self._ring_office(phone, at))

    def _engaged(self, phone: Phone, sample: int) -> None:
        """Sound the busy tone to a phone in the network until its owner has heard enough."""
        self._tone(phone, Tone.BUSY, sample)
        enough = sample + _HEARD_ENOUGH
        self._schedule.after(phone.party, enough, lambda at: self.leave(phone, at))

    # -- connecting -------------------------------------------------------------------------------

    def _connect(self, phone: Phone, sample: int) -> None:
        self._still(self.office, sample)
        self._still(phone, sample)
        self.gathering = False
        phone.state = "talking"
        self._show("talking", phone.caller.number or phone.display)
        self._talk_to(phone)
        self._schedule.happened("answered", sample)

    def _talk_to(self, phone: Phone | None) -> None:
        """Let the office hear this party, and no other."""
        self.talks = phone
        self._stage.far = None if phone is None else phone.track

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

    # -- tones ------------------------------------------------------------------------------------

    def _tone(self, phone: Phone, name: Tone, sample: int) -> None:
        """Send a tone to a phone until it is stilled; only the office's goes over its wires."""
        self._still(phone, sample)
        if phone is self.office:
            self._show(_STATES[name], self._line[1])
        else:
            phone.state = _STATES[name]
        self.soundings.tone(name, phone.party, sample)
        if phone is self.office:
            wave, repeat = tones.tone(name, self._network.country)
            self._stage.network.signal(sample, wave, repeat=repeat)

    def _tone_later(self, phone: Phone, name: Tone, sample: int) -> None:
        self._schedule.after(phone.party, sample, lambda at: self._tone(phone, name, at))

    def _show(self, state: State, display: str) -> None:
        """Show the state of the office's line on its phone, now or when it is lifted."""
        self._line = state, display
        if self._lifted:
            self.office.state, self.office.display = state, display

    def _still(self, phone: Phone, sample: int) -> None:
        """End what the network sends to a phone, or is about to send."""
        self._schedule.cancel(phone.party)
        self.soundings.still(phone.party)
        if phone is self.office:
            self._stage.network.cut(sample)
