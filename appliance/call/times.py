"""Set the times of the dialogue, in samples of the line clock (8,000 a second)."""

from collections.abc import Mapping

from appliance.model.audio import RATE
from appliance.model.policy import PromptKind
from appliance.model.prompts import LONGEST_SECONDS

MS = RATE // 1000
SECOND = RATE
FRAME = 20 * MS

GLARE = 300 * MS  # a ring and a lift closer than this: who called whom is unknown
ON_HOOK_SEEN = SECOND  # on-hook must last so long before the line may ask

SETTLE = 800 * MS  # keeps clear of the ring trip and of "hello"
PAUSE_IN_TALK = 300 * MS  # the prompt begins in the first pause this long
PATIENCE = 8 * SECOND  # no pause within this: do not ask
MACHINES_TURN = 3600 * MS
"""Until a person speaks at the far end, a machine there has so long to reveal itself.

A calling fax is silent for up to 3.45 s between two of its tones (T.30: 3 s, 15 % more); an
answering modem sends its tone within 2.5 s (V.25), an alarm receiver within 2 s (SIA DC-05).
"""
ANSWER_WINDOW = 4 * SECOND
DIALOGUE_LIMIT = 90 * SECOND
MORE_WORDS = 45 * SECOND  # longer, where the caller asked for the second layer or a language
AFTERWORD = 300 * MS  # from the outcome to the short sentence about it
CONFIRM_LIMIT = 10 * SECOND
"""By then the file is on disk and the confirmation, of 8 s at most, was said, or it failed."""

JUDGE_WAIT = 500 * MS  # serial events may be so late
AFTER_MARK = 300 * MS  # no caller reacts to words sooner
KEY_LENGTH_MS = 60  # a shorter tone agrees to nothing
KEY_APART = 250 * MS  # two keys closer than this agree to nothing
LEAK = 100 * MS  # between a gateway's leaked tone and the regenerated one, at most
NEAR_ECHO = SECOND  # the network's echo of a near key comes back as "far" within this
STARS = 2 * SECOND  # the second star of near "**"

SPEECH = 6 * SECOND  # only a machine greets so long
GREETING = 4 * SECOND  # a greeting begins within this of the answer
BREATH = 800 * MS  # a pause within one greeting
FEW_WORDS = 3 * SECOND  # a longer greeting may be that of a machine that breathes
WORD = 300 * MS  # a shorter sound of the other party is no turn but an echo or a cough
SURE_WORD = 700 * MS  # under the office's voice: a fax's tone lasts 0.575 s at most (T.30)
HELLO = 2200 * MS  # longer: two people speak, or one who has more to say
LOST = 2 * SECOND  # hook state or sound may be gone so long
DIALLING = 3 * SECOND  # two near digits within this: the office dials
KEYED = 3 * SECOND  # a keyed number is over so long after its last key
ALONE = 2 * SECOND  # a refuse key with no other key this near withdraws
PROMPT_LIMITS: Mapping[PromptKind, int] = {
    spoken: (longest + 1) * SECOND for spoken, longest in LONGEST_SECONDS.items()
}
"""A prompt that has not ended by then has failed."""

BLANK = 40 * MS  # silence on either side of a key
EMERGENCY = 30 * 60 * SECOND  # do not ask on a call-back after an emergency call
