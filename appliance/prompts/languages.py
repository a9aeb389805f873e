"""Tell in which languages a line speaks, and how it is in each of them.

A line of several languages is, for all that composes, keeps and plays its words, several lines with
one name: the same line once in each language, where the first of the others is the one to which
the caller's key leads.
"""

from dataclasses import replace

from appliance.config.settings import Config, Line


def language_of(config: Config, line: Line) -> str:
    """Return the language of a line's prompts; of several its own."""
    return line.language or config.office.languages[0]


def in_languages(config: Config, line: Line) -> tuple[Line, ...]:
    """Return a line in each of its languages, its own first; itself if it speaks one."""
    if not line.other_languages:
        return (line,)
    ring = (language_of(config, line), *line.other_languages)
    return tuple(
        replace(line, language=language, other_languages=(*ring[at + 1 :], *ring[:at]))
        for at, language in enumerate(ring)
    )
