"""Draw calls of machines on a line that is configured as a telephone's.

Contact ID follows SIA DC-05, SIA's FSK DC-03, faxes ITU-T T.30, modems V.8, V.21, V.22 and V.25,
social alarms by keys BS 8521. Numbers are dialled so that the box hears them: it would ask on such
a call if it were a person's.
"""

from collections.abc import Mapping
from dataclasses import replace

from appliance.model.audio import Sound
from benchmarks.calls.drafts import AFTER, ORDINARY, OWN, Draft, Maker, Silent
from benchmarks.tones import machines

_KEYS = "0123456789"


def _dialled(made: Draft) -> None:
    made.dial(ORDINARY[made.country], weak=False)


def _whole(kind: str, about: str, made: Draft, direction: str = "outgoing") -> Silent:
    """Return the call; the far end hangs up once the box could have spoken."""
    return Silent(
        kind=kind,
        about=f"{made.country} {about}",
        country=made.country,
        placed=((OWN[0], made.scene(direction, 75)),),
        mono=made.maybe(0.3),
    )


def contact_id(made: Draft) -> Silent:
    """An alarm reports by keys after the station's two tones."""
    _dialled(made)
    level = made.between(-26, -6)
    at = made.ms(500, 2200)
    off = 1 + made.between(-0.005, 0.005)
    tones = {"seconds": made.between(0.09, 0.11), "dbm0": level}
    made.act("caller", "tone", "answered", at, id="first", frequencies=(1400.0 * off,), **tones)
    made.act("caller", "tone", "done:first", 100, id="second", frequencies=(2300.0 * off,), **tones)
    report = "".join(made.one_of(*_KEYS) for _ in range(16))
    made.act(
        "office",
        "key",
        "done:second",
        made.ms(250, 350),
        id="report",
        keys=report,
        ms=50,
        gap_ms=50,
    )
    kiss = {"frequencies": (1400.0 * off,), "seconds": made.between(0.75, 1.0), "dbm0": level}
    made.act("caller", "tone", "done:report", made.ms(300, 900), id="kiss-off", **kiss)
    if made.maybe(0.3):  # somebody at the station listens in and talks
        made.act("caller", "speak", "done:kiss-off", made.ms(800, 2000), seconds=2.0)
    made.act("office", "hang_up", "done:kiss-off", AFTER - 4000)
    return _whole("alarm", "Contact ID", made)


def pulsed_alarm(made: Draft) -> Silent:
    """An older alarm: one long handshake, keys in fours, the same tone at the end."""
    _dialled(made)
    hertz = made.one_of(1400.0, 2300.0)
    level = made.between(-26, -6)
    made.act(
        "caller", "tone", "answered", made.ms(500, 2500), id="hello", frequencies=(hertz,),
        seconds=made.between(0.3, 1.2), dbm0=level,
    )  # fmt: skip
    report = "".join(made.one_of(*_KEYS) for _ in range(6))
    made.act(
        "office", "key", "done:hello", made.ms(200, 600), id="report", keys=report, ms=60, gap_ms=60
    )
    made.act(
        "caller", "tone", "done:report", made.ms(300, 900), id="kiss-off", frequencies=(hertz,),
        seconds=made.between(0.4, 1.2), dbm0=level,
    )  # fmt: skip
    made.act("office", "hang_up", "done:kiss-off", AFTER - 4000)
    return _whole("alarm", f"handshake {hertz:.0f} Hz", made)


def sia_fsk(made: Draft) -> Silent:
    """An alarm reports in blocks of 300 baud; the station answers by tones."""
    _dialled(made)
    hertz = made.one_of(2225.0, 1400.0, 2300.0)
    level = made.between(-24, -8)
    made.act(
        "caller", "tone", "answered", made.ms(500, 2500), id="hello", frequencies=(hertz,),
        seconds=made.between(0.5, 1.2), dbm0=level,
    )  # fmt: skip
    made.act("office", "speak", "done:hello", made.ms(150, 500), id="block", seconds=2.5, over=True)
    made.act(
        "caller", "tone", "done:block", made.ms(100, 500), id="received", frequencies=(2225.0,),
        seconds=0.35, dbm0=level,
    )  # fmt: skip
    made.act("office", "hang_up", "done:received", AFTER - 4000)
    block = machines.fsk(2.5, machines.BELL103_LOW, made.chance)
    return replace(_whole("alarm", f"SIA, {hertz:.0f} Hz", made), near=block)


def alarm_called(made: Draft) -> Silent:
    """An installer's modem calls the alarm, which answers on the office's line."""
    hertz = made.one_of(2100.0, 2225.0)
    made.act(
        "office", "tone", "answered", made.ms(200, 2400), frequencies=(hertz,),
        seconds=made.between(1.0, 3.3), dbm0=made.between(-14, -4),
    )  # fmt: skip
    made.act("office", "hang_up", "answered", AFTER)
    return _whole("alarm", f"called, answers with {hertz:.0f} Hz", made, "incoming")


def fax_calls(made: Draft) -> Silent:
    """A fax calls: its tone comes every three and a half seconds, answered or not."""
    on, off = 500 * made.between(0.85, 1.15), 3000 * made.between(0.85, 1.15)
    phase = made.between(0, on + off)
    level = made.between(-26, -9)
    hertz = 1100 + made.between(-10, 10)
    for turn in range(-1, 4):
        begins = phase + turn * (on + off)
        seconds = (on + min(0.0, begins)) / 1000
        if seconds > 0.01:
            made.act(
                "caller", "tone", "answered", round(max(0.0, begins)), frequencies=(hertz,),
                seconds=seconds, dbm0=level,
            )  # fmt: skip
    there = made.one_of("hello", "hello, hello", "nobody", "fax")
    if there.startswith("hello"):
        made.act("office", "speak", "answered", made.ms(200, 900), seconds=made.between(0.4, 2.0))
    if there == "hello, hello":
        made.act("office", "speak", "answered", made.ms(3600, 4500), seconds=made.between(0.4, 1.0))
    if there == "fax":
        seconds = made.between(2.6, 4.0)
        made.act(
            "office", "tone", "answered", made.ms(1800, 2500), frequencies=(2100.0,),
            seconds=seconds, dbm0=made.between(-14, -5),
        )  # fmt: skip
    made.act("office", "hang_up", "answered", AFTER)
    return _whole("fax", f"calls, {there}", made, "incoming")


def fax_called(made: Draft) -> Silent:
    """The office faxes: the other fax answers with its tone and its preamble."""
    _dialled(made)
    if made.maybe(0.7):
        for turn in range(5):
            made.act(
                "office", "tone", "dialled", round(made.between(1000, 1100) + 3500 * turn),
                frequencies=(1100.0,), seconds=0.5, dbm0=made.between(-14, -5),
            )  # fmt: skip
    seconds = made.between(2.6, 4.0)
    begins = made.ms(200, 2600)
    made.act(
        "caller", "tone", "answered", begins, id="answer",
        frequencies=(2100 + made.between(-12, 12),), seconds=seconds, dbm0=made.between(-26, -8),
    )  # fmt: skip
    made.act("caller", "speak", "done:answer", 75, seconds=3.0, over=True)
    made.act("office", "hang_up", "answered", AFTER)
    return replace(
        _whole("fax", f"called, answers after {begins} ms", made),
        far=machines.fax_preamble(3.0, made.chance),
    )


def terminal(made: Draft) -> Silent:
    """A card terminal or a franking machine calls its host: a modem answers."""
    _dialled(made)
    how = made.one_of("V.25", "V.8", "V.25 turned", "Bell", "V.22 1800", "V.22 550", "V.21", "V.22")
    made.act("caller", "speak", "answered", made.ms(200, 2600), id="answer", seconds=9.0, over=True)
    if made.maybe(0.3):
        made.act(
            "office", "tone", "answered", made.ms(200, 1000), frequencies=(1300.0,), seconds=0.6
        )
    made.act("office", "hang_up", "answered", AFTER)
    return replace(_whole("terminal", how, made), far=_answer(how, made))


def _answer(how: str, made: Draft) -> Sound:
    """Return a modem's answer and the data that follow."""
    chance = made.chance
    seconds = made.between(2.6, 4.0)
    high = machines.data(9.0, 2400.0, chance)
    parts: Mapping[str, tuple[Sound | float, ...]] = {
        "V.25": (machines.tone(2100, seconds), 0.075, high),
        "V.8": (machines.ansam(seconds), 0.075, high),
        "V.25 turned": (machines.ansam(seconds, modulated=False), 0.075, high),
        "Bell": (machines.tone(2225, seconds), high),
        "V.22 1800": (_both(2250, 1800, seconds), high),
        "V.22 550": (_both(2250, 550, seconds), high),
        "V.21": (machines.tone(1650, seconds), machines.fsk(9.0, machines.V21_HIGH, chance)),
        "V.22": (machines.tone(2250, seconds), high),
    }
    return machines.joined(*parts[how])


def _both(high: float, guard: float, seconds: float) -> Sound:
    first, second = machines.tone(high, seconds), machines.tone(guard, seconds)
    sound: Sound = first // 2 + second // 3
    return sound


def terminal_called(made: Draft) -> Silent:
    """A modem calls the office, which answers by voice: it sends its own tone."""
    hertz, on, off = made.one_of((1300.0, 0.6, 1.7), (1100.0, 0.5, 3.0))
    phase = made.between(0, on + off)
    for turn in range(4):
        made.act(
            "caller", "tone", "answered", round(1000 * (phase + turn * (on + off))),
            frequencies=(hertz,), seconds=on, dbm0=made.between(-24, -9),
        )  # fmt: skip
    if made.maybe(0.6):
        made.act("office", "speak", "answered", made.ms(200, 900), seconds=made.between(0.4, 2.0))
    made.act("office", "hang_up", "answered", AFTER)
    return _whole("terminal", f"calls with {hertz:.0f} Hz", made, "incoming")


def social_alarm(made: Draft) -> Silent:
    """A care phone or a lift calls its station; both send keys, then people talk."""
    _dialled(made)
    called = made.one_of("D", "A", "*", "0")
    made.act(
        "caller",
        "key",
        "answered",
        made.ms(300, 1500),
        id="called",
        keys=called,
        ms=made.ms(70, 150),
    )
    identity = "B" + "".join(made.one_of(*_KEYS) for _ in range(10)) + "C"
    made.act(
        "office", "key", "done:called", made.ms(150, 500), id="identity", keys=identity,
        ms=made.ms(50, 80), gap_ms=made.ms(50, 80),
    )  # fmt: skip
    made.act("caller", "key", "done:identity", made.ms(200, 500), id="accepted", keys="5", ms=100)
    made.act("both", "speak", "done:accepted", made.ms(300, 1500), seconds=5.0)
    made.act("office", "hang_up", "done:accepted", AFTER - 2000)
    return _whole("lift or care phone", "keys", made)


MACHINES: Mapping[Maker, int] = {
    contact_id: 80,
    pulsed_alarm: 40,
    sia_fsk: 40,
    alarm_called: 30,
    fax_calls: 110,
    fax_called: 80,
    terminal: 80,
    terminal_called: 40,
    social_alarm: 30,
}
"""What machines do -> how many calls of it."""
