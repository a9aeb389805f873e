"""Put an outcome together from what a line's thread observed."""

from appliance.call import dialogue
from appliance.commands.helpers.witness import Witness
from appliance.model import events as ev
from appliance.model.policy import LineMemory
from tests.call.policies import policy


def test_a_call_on_a_line_that_cannot_be_heard_says_so() -> None:
    witness, call = Witness(), dialogue.first_call(policy(), LineMemory())
    assert witness.sentence() == "Not recorded: the call is over."
    blind = ev.LineFault(0, "hook", "this modem cannot tell that a phone is lifted")
    witness.observe(blind, call, ())
    assert witness.sentence() == "Not recorded: this modem cannot tell that a phone is lifted."
    witness.observe(ev.LineRestored(8000, "hook"), call, ())
    assert witness.sentence() == "Not recorded: the call is over."
