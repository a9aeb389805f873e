"""Print at a run's end what callers heard in it."""

import pytest
from _pytest.terminal import TerminalReporter

TRANSCRIPT = "transcript"
"""The property under which a test leaves a line for the end of the run."""


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Print the transcripts, those of tests that failed too."""
    reports: list[pytest.TestReport] = [
        each
        for outcome in ("passed", "failed")
        for each in terminalreporter.getreports(outcome)
        if each.when == "call"
    ]
    said = [text for each in reports for name, text in each.user_properties if name == TRANSCRIPT]
    if said:
        terminalreporter.section("what callers hear")
        for text in said:
            terminalreporter.write_line(str(text))
