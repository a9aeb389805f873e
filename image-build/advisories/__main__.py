"""Say whether a release may be made: ``python -m advisories LIST ANSWERS FOLDER``.

LIST is a release's parts in CycloneDX, ANSWERS the holes that were looked at, FOLDER holds
``PyPI.zip`` and ``Debian.zip`` of osv.dev. Exit code 0: no hole keeps it back, 1: one does, 2: it
cannot be told.
"""

import sys
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from advisories.answers import left, read_answers
from advisories.parts import AuditError, read_parts
from advisories.published import Published, read_published

OLDEST = timedelta(days=7)
"""What was published is older than this: nobody can say what was published since."""


def main(arguments: Sequence[str] | None = None, today: date | None = None) -> int:
    """Compare, and tell; return the exit code."""
    files = [Path(each) for each in (sys.argv[1:] if arguments is None else arguments)]
    today = today or date.today()
    try:
        listed, answered, folder = files
        parts, answers = read_parts(listed), read_answers(answered)
        published = read_published(folder, parts)
        _see_that_it_is_new(published, today)
    except AuditError as error:
        print(error, file=sys.stderr)
        return 2
    kept, gone = left(published.holes, answers, today)
    for hole in kept:
        remedy = f"mended in {hole.remedy}" if hole.remedy else "no remedy is known"
        print(f"{_plain(hole.id)}: {hole.part}; {_plain(remedy)}")
    for name in gone:
        print(f"{_plain(name)}: answered, and no part has it any more; remove the answer")
    waiting = sum(not hole.counts for hole in published.holes)
    print(
        f"{len(parts)} parts, {len(published.holes)} holes published: {len(kept)} keep a release "
        f"back, {waiting} wait for Debian."
    )
    return 1 if kept or gone else 0


def _see_that_it_is_new(published: Published, today: date) -> None:
    for name, day in sorted(published.newest.items()):
        if not today - OLDEST <= day <= today + timedelta(days=1):
            raise AuditError(f"The newest document of {name} is of {day}: fetch it anew.")


def _plain(text: str) -> str:
    return "".join(sign for sign in text[:80] if sign.isprintable())


if __name__ == "__main__":
    sys.exit(main())
