"""Watch the dialogue as a witness, written from the promises and not from the table.

It sees the same events and actions, and cries when a sound would reach the disk, or a word the
line, that must not.
"""

from dataclasses import dataclass, replace

from appliance.call.call import Call
from appliance.call.states import State
from appliance.model import actions as act
from appliance.model import events as ev
from appliance.model.policy import PromptKind
from appliance.model.records import REFUSALS
from appliance.model.terms import Grade, Hook, NumberKind, Side
from tests.call.driver import smp

AFTERWARDS = {PromptKind.REFUSED, PromptKind.UNANSWERED, PromptKind.WITHDRAWN, PromptKind.OBJECTED}


@dataclass(frozen=True, slots=True)
class Witness:
    """The facts of one call that matter to the promises."""

    barred: bool = False  # emergency, listed, machine, private: nothing more in this call
    refused: bool = False  # by the caller or for the caller
    began: int = 0  # when the latest words were ordered
    asked: bool = False  # the present far party hears, or has heard, the question
    mark: int | None = None  # of a question that was heard to its mark
    language: str = ""  # of the latest question
    yes: int | None = None  # onset of a key that lawfully agrees
    alone: str | None = None  # the purpose that is asked alone
    alone_mark: int | None = None  # of its words, heard to their mark
    chosen: frozenset[str] = frozenset()  # lawfully agreed to, one by one
    file: bool = False  # a recording was ordered on that basis
    open: bool = False  # sound may reach the file
    on_hook: bool = True
    gone: int | None = None  # hook state or sound, since when
    wanted: bool = False  # the phone is used for something else since the outcome
    speaks: bool = False  # a sentence about the outcome


def watch(
    seen: Witness, before: Call, event: ev.Event, after: Call, actions: tuple[act.Action, ...]
) -> Witness:
    """Check one step; raise ``AssertionError`` where it breaks a promise."""
    seen = _happened(seen, event, after)
    if _wants_the_phone(event):
        assert not seen.speaks or act.Stop() in actions, "spoke on though the phone is used (P1)"
        seen = replace(seen, wanted=True)
    if isinstance(event, ev.PromptEnded) and not after.asking.playing:
        seen = replace(seen, speaks=False)
    released = smp(event.ms) if isinstance(event, ev.DigitPressed) else 0
    for action in actions:
        if isinstance(action, act.Play):
            seen = replace(seen, began=event.sample + released)
        seen = _done(seen, action, after)
    if not after.lost and seen.gone is not None:
        seen = replace(seen, gone=None)
    fresh = after.state is State.IDLE and before.state is not State.IDLE
    return Witness() if fresh else seen


def _happened(seen: Witness, event: ev.Event, after: Call) -> Witness:
    if isinstance(event, ev.HookChanged):
        seen = replace(seen, on_hook=event.hook is Hook.ON)
    seen = _touch(seen, event, after)
    if _bars(event) and (after.offhook_sample is not None or isinstance(event, ev.CallerId)):
        seen = replace(_void(seen), barred=True, open=False)
    if _ends_the_party(event, after):
        seen = replace(_void(seen), asked=False, mark=None, open=False)
    if isinstance(event, ev.DigitPressed):
        return _pressed(seen, event)
    if isinstance(event, ev.KeyBegan) and event.side is Side.NEAR:
        return _void(seen)
    if isinstance(event, ev.PauseAsked):
        return _void(seen)
    if isinstance(event, ev.PromptMarked) and seen.asked:
        return _marked(seen, event)
    return seen


def _marked(seen: Witness, event: ev.PromptMarked) -> Witness:
    sounded = smp(event.heard_ms) <= event.sample - seen.began + smp(20)
    if not sounded or abs(event.level_db) > 6 or event.talked_over > 0.2 or event.underrun:
        return seen
    if seen.alone is not None:
        return replace(seen, alone_mark=event.sample) if seen.alone_mark is None else seen
    return replace(seen, mark=event.sample) if seen.mark is None else seen


def _void(seen: Witness) -> Witness:
    """Return what is left when no yes so far counts any more."""
    return replace(seen, yes=None, chosen=frozenset())


def _wants_the_phone(event: ev.Event) -> bool:
    """Say whether somebody may want the line: a near key, the button, a flash, another tone."""
    match event:
        case ev.DigitPressed() | ev.KeyBegan():
            return event.side is Side.NEAR
        case ev.ToneHeard():
            return event.tone.network or event.tone.machine
        case ev.HookChanged():
            return event.hook is Hook.ON
        case _:
            return isinstance(event, ev.PauseAsked | ev.PrivateAsked | ev.PartyChanged)


def _touch(seen: Witness, event: ev.Event, after: Call) -> Witness:
    """Track the loss of hook state or sound, which no dialogue outlives."""
    if not after.lost:
        return seen
    gone = event.sample if seen.gone is None else seen.gone
    return replace(_void(seen), gone=gone, asked=False, mark=None)


def _bars(event: ev.Event) -> bool:
    match event:
        case ev.PrivateAsked():
            return True
        case ev.ToneHeard():
            return event.tone.machine
        case ev.DigitPressed():
            return event.machine_paced
        case ev.NumberDialled():
            return event.kind is not NumberKind.ORDINARY
        case ev.CallerId():
            return event.listed
        case _:
            return False


def _ends_the_party(event: ev.Event, after: Call) -> bool:
    match event:
        case ev.HookChanged():
            return event.hook is Hook.ON
        case ev.ToneHeard():
            return event.tone.network
        case ev.Gap():
            return event.count > smp(2_000)
        case ev.Ring():
            return after.offhook_sample is not None and event.sample > after.offhook_sample
        case _:
            return isinstance(event, ev.PartyChanged)


def _pressed(seen: Witness, key: ev.DigitPressed) -> Witness:
    if key.side is Side.NEAR:
        return _void(seen)
    if key.key == "2" and seen.alone is not None:
        return replace(seen, yes=None, chosen=seen.chosen - {seen.alone})
    if key.key == "2":
        no = seen.asked and not seen.file  # later it may be part of a keyed number
        return replace(seen, yes=None, refused=seen.refused or no)
    if key.side is not Side.FAR or key.grade is not Grade.A or key.ms < 60:
        return seen
    mark = seen.mark if seen.alone is None else seen.alone_mark
    if key.key != "1" or mark is None or key.sample < mark + smp(300) or seen.refused:
        return seen
    return _agreed(seen, key.sample)


def _agreed(seen: Witness, sample: int) -> Witness:
    if seen.alone is None:
        return replace(seen, yes=sample)
    return replace(seen, yes=sample, chosen=seen.chosen | {seen.alone})


def _done(seen: Witness, action: act.Action, after: Call) -> Witness:
    match action:
        case act.Play():
            return _spoke(seen, action, after)
        case act.StartRecording():
            return _started(seen, action, after)
        case act.Note() | act.Stop():
            return _outcome(seen, action)
        case act.Resume() | act.Release():
            assert seen.file, "sound would flow without a file (P2)"
            assert seen.open, "sound would flow after its basis ended (P2)"
            if isinstance(action, act.Release) and seen.gone is not None:
                assert after.now - seen.gone <= smp(2_000), "gone for too long (P2)"
            return seen
        case act.StopRecording() | act.Withdraw():
            no = isinstance(action, act.Withdraw) and after.reason in REFUSALS
            return replace(seen, file=False, open=False, refused=seen.refused or no)
        case _:
            return seen


def _outcome(seen: Witness, action: act.Note | act.Stop) -> Witness:
    if isinstance(action, act.Stop):
        return replace(seen, speaks=False)
    refused = seen.refused or action.reason in REFUSALS
    return replace(_void(seen), wanted=False, refused=refused, alone=None, alone_mark=None)


def _started(seen: Witness, action: act.StartRecording, after: Call) -> Witness:
    heard = {seen.language, action.receipt.language, after.policy.language}
    assert len(heard) == 1, "agreed to in another language than was heard whole (P2)"
    assert seen.yes is not None or seen.chosen, "no key of the caller agreed (P2, P3)"
    assert action.receipt.key_at_ms is not None
    forbidden = seen.barred or seen.refused or seen.on_hook
    assert not forbidden, "recorded what must not be recorded (P2)"
    if seen.alone is None:
        assert action.purposes == {"training", "quality"}
    else:
        assert action.purposes <= seen.chosen, "recorded for what was not chosen (P2)"
    return replace(_void(seen), file=True, open=True, alone=None, alone_mark=None)


def _spoke(seen: Witness, action: act.Play, after: Call) -> Witness:
    assert not seen.barred, "spoke on a call that must not be spoken on (P1)"
    assert not seen.on_hook, "spoke on-hook (P1)"
    assert after.state not in {"dialling", "machine", "exempt"}, "spoke there (P1)"
    spoken, purposes = action.saying.spoken, action.saying.purposes
    seen = replace(seen, speaks=spoken in AFTERWARDS)
    if spoken in AFTERWARDS:
        assert not seen.wanted, "spoke of the outcome though the phone is used (P1)"
        return seen
    assert not seen.refused, "asked again after a no (P9)"
    if spoken is PromptKind.CONFIRMATION:
        return seen
    if spoken is PromptKind.CHOICE:
        assert seen.mark is not None, "asked one by one before the question was heard (P2)"
        assert seen.language == after.policy.language, "asked one by one in another language (P2)"
        return replace(seen, yes=None, alone=next(iter(purposes)), alone_mark=None)
    seen = replace(_void(seen), alone=None, alone_mark=None)
    if spoken is not PromptKind.QUESTION:
        return seen
    return replace(seen, asked=True, mark=None, language=after.policy.language)
