"""The panel vouches for itself only while it answers."""

import threading
from pathlib import Path

import pytest
from flask import Flask

from tests.clocks import ManualClock
from web import streams
from web.server import PanelServer, listen, listen_for_proxy
from web.watchdog import unanswered


def app() -> Flask:
    app = Flask(__name__)
    app.config["TRUSTED_HOSTS"] = ["zgoda.lan"]
    streams.install(app)
    return app


@pytest.mark.parametrize("way", ["port", "socket"])
def test_a_panel_that_serves_answers_itself(tmp_path: Path, way: str) -> None:
    listener = listen("127.0.0.1", 0) if way == "port" else listen_for_proxy(tmp_path / "panel")
    panel = PanelServer(app(), listener, set(), ManualClock())
    running = threading.Thread(target=panel.serve)
    running.start()
    try:
        assert unanswered(listener, 20.0) == ""
    finally:
        panel.stop()
        running.join(10)


def test_a_panel_that_hangs_is_not_vouched_for() -> None:
    """The kernel still takes its connections."""
    with listen("127.0.0.1", 0) as listener:
        assert unanswered(listener, 0.1).startswith("the panel does not answer")


def test_a_socket_that_is_gone_is_not_vouched_for() -> None:
    listener = listen("127.0.0.1", 0)
    with listen("127.0.0.1", 0) as other:
        where = other.getsockname()
    listener.close()

    class Gone:
        family = 2

        @staticmethod
        def getsockname() -> object:
            return where

    assert unanswered(Gone(), 1.0) != ""  # type: ignore[arg-type]
