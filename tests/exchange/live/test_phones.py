"""Check the queue of acts at the simulated phones: lent voices, taken and closed lines."""

from appliance.clock import SystemClock
from appliance.errors import Refused
from appliance.exchange.driver import Exchange
from appliance.exchange.scene import Scene
from appliance.model.audio import RATE
from appliance.model.demo_phone import LiveAct
from tests.exchange.scripted_recorder import VOICES
from tests.model.refusals import refuses

NUMBER = "+48221234567"


def test_a_lent_voice_is_said_once_and_forgotten_with_the_next() -> None:
    exchange = Exchange("Reception", 0, VOICES, settled=lambda: None)
    first = exchange.phones.lend("caller", VOICES.near[:RATE])
    second = exchange.phones.lend("caller", VOICES.near[RATE : 2 * RATE])
    assert exchange.phones.lent("caller", second).sound.size == RATE
    for party, sha256 in (("caller", first), ("office", second)):
        with refuses("phone_voice"):
            exchange.phones.lent(party, sha256)  # type: ignore[arg-type]  # two of the parties
    exchange.close()
    with refuses("phone_voice"):
        exchange.phones.lent("caller", second)


def test_phones_wait_while_a_scene_is_played_and_are_free_after_it() -> None:
    exchange = Exchange("Reception", 0, VOICES, settled=lambda: None)
    told: list[bool] = []
    exchange.phones.listen(lambda now: told.append(now.taken))
    exchange.place(Scene.ordinary(NUMBER, None, talk=0.5))
    refused = exchange.phones.do(LiveAct(by="office", do="lift"))
    exchange.start(lambda item: None)
    assert exchange.wait_over(15)
    exchange.close()
    assert isinstance(refused.exception(), Refused)
    assert told == [True, False]


def test_a_closed_line_refuses_what_waits_and_what_comes() -> None:
    exchange = Exchange("Reception", 0, VOICES, clock=SystemClock())
    waits = exchange.phones.do(LiveAct(by="office", do="lift"))
    exchange.close()
    comes = exchange.phones.do(LiveAct(by="office", do="lift"))
    for answer in (waits, comes):
        assert str(answer.exception()) == "phone_closed"


def test_an_act_that_makes_no_sense_begins_no_call() -> None:
    exchange = Exchange("Reception", 0, VOICES, settled=lambda: None)
    told: list[object] = []
    exchange.phones.listen(told.append)
    refused = exchange.phones.do(LiveAct(by="office", do="key", keys="1"))
    exchange.start(lambda item: None)
    assert exchange.wait_over(15)
    exchange.close()
    assert str(refused.exception()) == "phone_on_hook"
    assert told == []
