"""Hand out ports of this machine that stay free until the test that asked has bound them."""

import contextlib
import random
import socket

PORTS = range(20_000, 32_000)
"""Below those that the kernel gives to whoever connects (``ip_local_port_range``)."""

_claims: list[socket.socket] = []


def free_port() -> int:
    """Return a port that nobody uses and no other test run beside this one is given."""
    for port in random.SystemRandom().sample(PORTS, len(PORTS)):
        with contextlib.suppress(OSError), contextlib.ExitStack() as unclaimed:
            claim = unclaimed.enter_context(socket.socket(socket.AF_UNIX))
            claim.bind(f"\0zgoda-tests-port-{port}")  # until this process ends
            with socket.create_server(("", port)):
                pass
            unclaimed.pop_all()
            _claims.append(claim)
            return port
    raise OSError("no port is free")
