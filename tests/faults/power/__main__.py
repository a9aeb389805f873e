"""Boot one state again, as a failed test printed it: ``FOLDER CUT``."""

import sys
from pathlib import Path

from tests.faults.power.blocks import Cut
from tests.faults.power.states import Life, each


def main() -> int:
    """Print what is found; exit 1 if it is not well."""
    life, cut = Life(Path(sys.argv[1])), Cut.parse(sys.argv[2])
    ((_, _, found),) = each(life, [("", cut)])
    sys.stdout.write(f"{found}\n")
    return bool(found.lost or found.unreadable or found.wrong)


if __name__ == "__main__":
    sys.exit(main())
