"""Name how long a call waits for its next message, in microseconds.

Sources: ITU-T Q.931, section 9 (timers), and ETS 300 196-1 for T-HOLD. A call whose end is never
seen, since frames were lost, ends when its time is up.
"""

SECOND = 1_000_000
"""Microseconds."""

OFFER = 10 * SECOND
"""Without any answer a SETUP is over: the network repeats it once after 4 s (T303), and a last
terminal may answer within 2 s more (T312)."""

RINGING = 300 * SECOND
"""Longest time from one message to the next before the answer: T301 is at least 3 minutes."""

TALK = 24 * 3600 * SECOND
"""Longest time from one message to the next in a call. Most calls have none between their answer
and their end, so it is no sooner."""

CLEARED = 60 * SECOND
"""Longest clearing: T305 is 30 s, T308 twice 4 s."""

ASKED_TO_HOLD = 4 * SECOND
"""A HOLD that nobody answers in this time may have been carried out (ETS 300 196, T-HOLD)."""

UNPLUGGED = 240 * SECOND
"""The network keeps a suspended call for 3 minutes (T307)."""

LINK_GONE = 90 * SECOND
"""A call outlives its terminal's data link for so long (T309)."""
