"""Make a small work tree that a release can be made of, with stand-ins for what is built."""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from release.refusals import Asked

ROOT = Path(__file__).parents[3]
DAY = date(2026, 12, 31)

MAKEFILE = """\
SAID = $@ WITH=$(WITH) KEY=$(notdir $(KEY)) SIGN=$(words $(SIGN)) KEYRING=$(notdir $(ZGODA_KEYRING))
faults vm-test:
	@echo "$(SAID)" >>log
	@echo "run anew" >>docs/$(if $(filter faults,$@),faults,vm-test).md
%:
\t@echo "$(SAID) ADVISORIES=$(ADVISORIES)" >>log
\t@[ ! -e fails-$@ ]
\t@mkdir -p dist && echo "$(WITH)" >"dist/of-$@$(word 2,$(WITH))"
"""
BUILD = """\
#!/bin/sh
mkdir -p stages/python/built stages/root
touch stages/python/built/pyaudio-1-cp313-linux_aarch64.whl stages/root/zgoda-0.1.0-py3-none-any.whl
echo "stages/$1"
"""
LOG = "# Changelog\n\nWhat changes.\n\n## [0.1.0] – unreleased\n\nThe first version.\n"
FILES: Mapping[str, str] = {
    ".gitignore": "/dist/\n/build/\n/log\n/stages/\n__pycache__/\n",
    "pyproject.toml": '[project]\nname = "zgoda"\nversion = "0.1.0"\n',
    "appliance/__init__.py": '__version__ = "0.1.0"\n',
    "CHANGELOG.md": LOG,
    "changes/README.md": "how\n",
    "changes/home.fixed.md": "Home says it.\n",
    "Makefile": MAKEFILE,
    "image-build/build": BUILD,
}


def git(tree: Path, *words: str) -> str:
    """Run git in a tree, as somebody."""
    who = ["-c", "user.name=Anna", "-c", "user.email=anna@example.org"]
    command = ["git", *who, *words]
    return subprocess.run(
        command, cwd=tree, check=True, capture_output=True, text=True
    ).stdout.strip()


@dataclass(frozen=True)
class Tree:
    """A work tree, and the files beside it that sign."""

    path: Path
    beside: Path
    asked: Asked

    def commit(self, path: str, text: str) -> str:
        """Write a file and commit it; return the commit."""
        (self.path / path).parent.mkdir(parents=True, exist_ok=True)
        (self.path / path).write_text(text)
        git(self.path, "add", "--all")
        git(self.path, "commit", "--quiet", "--message", "more")
        return git(self.path, "rev-parse", "--short=12", "HEAD")

    def run_suites(self, commit: str) -> None:
        """Write the tables of the long suites, as of a commit, and commit them."""
        faults = f"# Faults\n\n## Attacks\n\n| a |\n\n2026-12-30, commit {commit}\n"
        self.commit("docs/faults.md", faults)
        shown = f"It took 5 s. Run on 30 December 2026, commit {commit}.\n"
        self.commit("docs/vm-test.md", f"# Shown\n\n## What was shown\n\n{shown}")

    def asks(self, **changes: object) -> Asked:
        """Return what is asked for, with something else."""
        return replace(self.asked, **changes)  # type: ignore[arg-type]


def new_tree(folder: Path) -> Tree:
    """Make a tree of which a release can be made."""
    path, beside = folder / "tree", folder / "keys"
    for name, text in FILES.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(text)
    (path / "image-build/build").chmod(0o755)
    (path / "image-build/release").symlink_to(ROOT / "image-build/release")
    beside.mkdir()
    for name in ("packages.asc", "update.key", "update.pem", "ca.pem"):
        (beside / name).write_text(name)
    git(path, "init", "--quiet")
    sign = tuple(str(beside / name) for name in ("update.key", "update.pem", "ca.pem"))
    tree = Tree(path, beside, Asked("0.1.0", str(beside / "packages.asc"), sign, DAY))
    tree.run_suites(tree.commit("LICENSE", "free\n"))
    return tree
