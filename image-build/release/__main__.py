"""Make a release: ``make release VERSION=1.2.3``.

``python -m release make`` looks first what stands in the way, names all of it, and then runs each
step until one fails; with ``--plan`` it only says what it would do. Nothing is tagged or published.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from release import acts
from release.changes import UnfitError
from release.refusals import Asked, problems
from release.repository import git
from release.steps import steps

ROOT = Path(__file__).parents[2]


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Do what is asked; return 0, 1 if a step failed, 2 if something stands in the way."""
    asked = _parser().parse_args(arguments)
    try:
        return int(asked.act(asked, root) or 0)
    except (UnfitError, acts.StepFailed) as error:
        print(error, file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(f"This failed: {' '.join(error.cmd)}", file=sys.stderr)
        return 1


def _make(told: argparse.Namespace, root: Path) -> int:
    asked = Asked(
        version=told.version,
        key=told.key,
        sign=tuple(told.sign.split()),
        day=today(),
        advisories=told.advisories,
        everything=told.run == "all",
    )
    found = list(problems(root, asked))
    for problem in found:
        print(problem, file=sys.stderr)
    if told.plan:
        return _plan(asked)
    if found:
        return 2
    for step in steps(asked):
        print(f"== {step.what}: {step}", flush=True)
        around = {**os.environ, **step.surroundings}
        if subprocess.run(step.command, check=False, cwd=root, env=around).returncode:
            print(f"The release ended at: {step.what}.", file=sys.stderr)
            return 1
    head = git(root, "rev-parse", "HEAD")
    print(f"dist/ holds {asked.version}. Look at it, then: git tag --sign v{asked.version} {head}")
    return 0


def _plan(asked: Asked) -> int:
    if not asked.sign:
        asked = Asked(asked.version, "KEY", ("KEY", "CERTIFICATE", "KEYRING"), asked.day)
    for number, step in enumerate(steps(asked), 1):
        print(f"{number:2} {step.what}: {step}")
    return 0


def today() -> date:
    """Return today in UTC, or the day that SOURCE_DATE_EPOCH names."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    return (datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)).date()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="release", description=__doc__)
    acting = parser.add_subparsers(required=True)
    whole = acting.add_parser("make", help="look, then do all of it")
    whole.set_defaults(act=_make)
    whole.add_argument("--version", default="")
    for name in ("--key", "--sign", "--advisories", "--run"):
        whole.add_argument(name, default="")
    whole.add_argument("--plan", action="store_true")
    log = acting.add_parser("changelog", help="gather the changes, and commit")
    log.set_defaults(act=lambda told, root: acts.changelog(root, told.version, today()))
    log.add_argument("version")
    told_tables = acting.add_parser("tables", help="commit the tables of the long suites")
    told_tables.set_defaults(act=lambda _, root: acts.commit_tables(root))
    built = acting.add_parser("wheels", help="gather what the card's stages have built for arm64")
    built.set_defaults(act=lambda told, root: acts.wheels(root, root / told.folder))
    built.add_argument("folder")
    said = acting.add_parser("notes", help="write a version's notes")
    said.set_defaults(act=lambda told, root: print(acts.notes(root, told.version)))
    said.add_argument("version")
    signed = acting.add_parser("sums", help="sum up what lies in dist/, and sign")
    signed.set_defaults(act=lambda told, root: print(acts.sums(root / "dist", Path(told.key))))
    signed.add_argument("key")
    return parser


if __name__ == "__main__":
    sys.exit(main())
