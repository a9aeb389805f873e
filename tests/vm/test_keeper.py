"""A call goes on while the keeper is killed and returns, and is kept whole."""

from collections.abc import Callable

import pytest

from tests.rig.calls import short_call
from tests.rig.hearing import ALIKE, read_wav, voices_in
from tests.vm.office import Office
from tests.vm.units import kill, pid_of

pytestmark = pytest.mark.vm

Property = Callable[[str, object], None]


def test_a_call_survives_the_death_of_the_keeper(office: Office, record_property: Property) -> None:
    place = office.place(short_call("1", longer=4.0))
    office.comes_to("recording", place)
    recorder = pid_of("zgoda-recorder")

    again = kill("zgoda-keeper")
    record_property("ready again after s", round(again.seconds, 1))
    sealed = office.box.news.wait(lambda news: news.kind == "sealed", 120.0, place)
    office.box.log_in()

    assert pid_of("zgoda-recorder") == recorder
    (call,) = (call for call in office.box.calls() if call.recording == sealed.recording)
    assert (call.ended, call.verdict.value) == ("hung_up", "complete")
    assert voices_in(read_wav(office.box.export(call.recording))).caller >= ALIKE
