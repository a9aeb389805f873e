"""Examine silences: whose day comes, and whose is over."""

from collections.abc import Iterator

from appliance.link.requests.papers.silences import SilenceCount
from appliance.model.findings import Finding, find

SILENCE = "silence"
"""The subject of these findings; told to those alone who may see silences."""

SOON = "silence.soon"
"""The finding that people are asked about before anything is wrong; mail tells it, too."""


def examine_silences(seen: SilenceCount) -> Iterator[Finding]:
    """Yield the findings; none names a call."""
    if seen.soon:
        yield find(SOON, count=seen.soon)
    if seen.over:
        yield find("silence.over", count=seen.over)
