"""Send reports through a port that takes a piece at a time."""

import json

from tests.vm.reporting import sender


def test_a_long_report_arrives_whole_and_on_one_line() -> None:
    arrived = bytearray()

    def takes_a_piece(data: bytes) -> int:
        piece = data[:1000]
        arrived.extend(piece)
        return len(piece)

    message = {"over": "tests/vm/test_a.py::test_one", "why": "first\nsecond " * 1000}
    sender(takes_a_piece)(message)

    assert arrived.count(b"\n") == 1
    assert json.loads(arrived) == message
