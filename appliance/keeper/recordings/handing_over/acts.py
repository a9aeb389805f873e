"""Gather acts on a call, each once, from the entries of its recordings.

An act stands at each recording that was here then: one that was taken up later has fewer.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from appliance.keeper.audit.known import failures
from appliance.keeper.audit.subjects import read_purpose
from appliance.keeper.recordings.verdicts import PLAYED, STOPPED
from appliance.model.proof import Listening
from appliance.vault.audit.entries import AuditEntry

ActT = TypeVar("ActT")


def of_call(each: Iterable[Iterable[tuple[int, ActT]]]) -> list[tuple[int, ActT]]:
    """Return the acts on a call, each once, with the number of its first entry; oldest first.

    Args:
        each: of each recording, its acts with their entries' numbers.
    """
    first: dict[tuple[ActT, int], int] = {}
    for of_one in each:
        seen = Counter[ActT]()
        for number, act in of_one:
            seen[act] += 1
            key = act, seen[act]
            first[key] = min(number, first.get(key, number))
    return sorted(((number, act) for (act, _), number in first.items()), key=lambda one: one[0])


def listenings(
    entries: Sequence[AuditEntry], names: Mapping[str, str]
) -> Iterator[tuple[int, Listening]]:
    """Yield who opened a recording's sound, with the entry's number.

    An attempt of which the audit says that it failed is none.

    Args:
        entries: about the recording, oldest first.
        names: of the operators.
    """
    failed = failures(entries)
    for entry in entries:
        if entry.type != PLAYED:
            continue
        stopped = entry.seq in failed and failed[entry.seq].detail == STOPPED
        if entry.seq not in failed or stopped:
            yield (
                entry.seq,
                Listening(
                    at=entry.t,
                    clock_ok=entry.clock_ok,
                    operator=entry.actor,
                    name=names.get(entry.actor, ""),
                    purpose=read_purpose(entry.detail),
                    stopped=stopped,
                ),
            )
