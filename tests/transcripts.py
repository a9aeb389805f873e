"""Print at a run's end what callers heard in it."""

import pytest
from _pytest.terminal import TerminalReporter

TRANSCRIPT = "transcript"
"""The property under which a test leaves a line for the end of the run."""


def print_transcripts(reporter: TerminalReporter) -> None:
    """Print what tests left, those that failed too."""
    reports: list[pytest.TestReport] = [
        each
        for outcome in ("passed", "failed")
        for each in reporter.getreports(outcome)
        if each.when == "call"
    ]
    said = [text for each in reports for name, text in each.user_properties if name == TRANSCRIPT]
    if said:
        reporter.section("what callers hear")
        for text in said:
            reporter.write_line(str(text))
