"""Run acts in forks whose n-th call to the kernel fails: a process behind ``shim.c``.

``python -m tests.faults.calls.failing`` takes orders.
"""

import ctypes
import errno
import os
import subprocess
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from appliance.errors import ZgodaError
from tests.faults.calls.acts import OF_THE_KEEPER, OF_THE_RECORDER
from tests.faults.forks.orders import KILLED, Orders, carry_out_all, in_a_fork, taking_orders

WRITES, SYNCS, NAMES = 1, 2, 4
EVERY = WRITES | SYNCS | NAMES
"""Kinds of calls, as the shim knows them."""

NOTHING, KILL, TEAR, FAIL, SHORTEN = range(5)

HARMS: Mapping[str, tuple[int, int, int]] = {
    "count": (EVERY, NOTHING, 0),
    "count writes": (WRITES, NOTHING, 0),
    "count syncs": (SYNCS, NOTHING, 0),
    "kill": (EVERY, KILL, 0),
    "tear": (WRITES, TEAR, 0),
    "EIO, sync": (SYNCS, FAIL, errno.EIO),
    "ENOSPC, sync": (SYNCS, FAIL, errno.ENOSPC),
    "EIO, write": (WRITES, FAIL, errno.EIO),
    "ENOSPC, write": (WRITES, FAIL, errno.ENOSPC),
    "short write": (WRITES, SHORTEN, 0),
}
"""What happens to a call: the kinds that count, what is done, and the error's number."""


@dataclass
class Failing:
    """The process that runs acts."""

    orders: Orders

    def order(self, act: str, data: Path, harm: str, n: int = 0, many: int = 1) -> dict[str, Any]:
        """Run an act whose n-th call goes wrong; say how it went.

        Returns:
            ``died``; of one that lived ``calls`` that counted, and ``said``, the error in a
            sentence; of one that failed as nothing may fail ``fault``.
        """
        order = {"act": act, "data": str(data), "harm": harm, "n": n, "many": many}
        answer = self.orders.give(order)
        assert "fault" not in answer, (order, answer["fault"])
        return answer


def build(folder: Path) -> Path:
    """Compile the shim."""
    shim = folder / "shim.so"
    source = Path(__file__).with_name("shim.c")
    subprocess.run(
        ["gcc", "-Wall", "-Wextra", "-Werror", "-O2", "-shared", "-fPIC", "-o", shim, source],
        check=True,
    )
    return shim


@contextmanager
def failing(folder: Path, before: tuple[str, ...] = ()) -> Iterator[Failing]:
    """Start the process.

    Args:
        folder: for the compiled shim.
        before: a program that starts it, such as ``strace`` with its options.
    """
    shim = {"LD_PRELOAD": str(build(folder))}
    with taking_orders("tests.faults.calls.failing", before, shim) as orders:
        yield Failing(orders)


def child(order: dict[str, Any]) -> dict[str, Any]:
    """Run an act; what goes wrong must be told in a sentence of ours."""
    shim = ctypes.CDLL(None)
    shim.shim_calls.restype = ctypes.c_long
    kinds, harm, number = HARMS[order["harm"]]
    n, many = ctypes.c_long(order["n"]), ctypes.c_long(order["many"])

    def arm() -> None:
        shim.shim_arm(order["data"].encode(), kinds, harm, number, n, many)

    answer: dict[str, Any] = {"died": False, "said": ""}
    try:
        (OF_THE_KEEPER | OF_THE_RECORDER)[order["act"]](Path(order["data"]), arm)  # type: ignore[operator]  # dictionaries
    except ZgodaError as error:
        answer["said"] = str(error)
    except Exception:
        answer["fault"] = traceback.format_exc()
    answer["calls"] = shim.shim_calls()
    return answer


def carry_out(order: dict[str, Any]) -> dict[str, Any]:
    """Fork for one order and return how it went."""
    answer, ended = in_a_fork(lambda: child(order))
    if answer is None:
        return {"died": True} if ended == KILLED else {"fault": f"it ended by itself: {ended}"}
    return answer


def main() -> None:
    """Carry out orders until there are no more."""
    os.environ.pop("LD_PRELOAD", None)  # children are not counted
    carry_out_all(carry_out)


if __name__ == "__main__":
    main()
