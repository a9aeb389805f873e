"""Fork for each image of a disk and boot the keeper in the fork.

``python -m tests.faults.power.booter`` takes orders.
"""

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.faults.forks.orders import Orders, carry_out_all, in_a_fork, taking_orders
from tests.faults.power.boot import Found, boot
from tests.faults.power.told import Told
from tests.keeper.nursery import be_ready


@dataclass
class Booter:
    """The process that boots images."""

    orders: Orders

    def boot(self, data: Path, told: Path, position: int) -> Found:
        """Boot a mounted disk and return what was found."""
        order = {"data": str(data), "told": str(told), "position": position}
        return Found(**self.orders.give(order))


@contextmanager
def booter() -> Iterator[Booter]:
    """Start the process."""
    with taking_orders("tests.faults.power.booter") as orders:
        yield Booter(orders)


def carry_out(order: dict[str, Any]) -> dict[str, Any]:
    """Fork for one image and return what was found."""
    answer, _ = in_a_fork(lambda: asdict(_boot(order)))
    return answer or asdict(Found(wrong=["the keeper died"]))


def _boot(order: dict[str, Any]) -> Found:
    try:
        return boot(Path(order["data"]), Told.load(Path(order["told"])), order["position"])
    except Exception:
        return Found(wrong=[traceback.format_exc()])


if __name__ == "__main__":
    be_ready()  # for the reading children of all forks
    carry_out_all(carry_out)
