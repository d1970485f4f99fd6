"""The real CASL: fetched from npm, asked, and its answers recorded for where there is no Node.

    python -m tests.core.abilities.casl     # asks it anew and writes casl_answers.json

Run it after a change of `cases.py` or of a version in `package.json`. What npm brings lies in `build/casl`.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.core.abilities.cases import DIFFERENCES, SAME, USER, Case, cases, digest, known_case

HERE = Path(__file__).parent
RECORDED = HERE / "casl_answers.json"
INSTALLED = HERE.parents[2] / "build" / "casl"
OFFLINE = ["--fetch-retries=0", "--fetch-timeout=15000"]


class NoCasl(Exception):
    """There is no Node here, or npm cannot reach its registry."""


def find_casl() -> Path:
    """The folder that CASL is installed in, fetched first if need be. Raises NoCasl."""
    wanted = (HERE / "package.json").read_text(encoding="utf-8")
    stamp = INSTALLED / "installed.json"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted and shutil.which("node"):
        return INSTALLED
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise NoCasl("there is no Node here")
    INSTALLED.mkdir(parents=True, exist_ok=True)
    (INSTALLED / "package.json").write_text(wanted, encoding="utf-8")
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"]
    try:
        subprocess.run(
            [npm, "install", *quiet, *OFFLINE], cwd=INSTALLED, check=True, capture_output=True, timeout=90
        )
    except (subprocess.SubprocessError, OSError) as error:
        raise NoCasl("npm cannot fetch CASL here") from error
    stamp.write_text(wanted, encoding="utf-8")
    return INSTALLED


def ask_casl(of: list[Case]) -> list[str]:
    """CASL's answers, a text for each case, as `casl.mjs` writes them. Raises NoCasl."""
    where = find_casl()
    asked = subprocess.run(
        ["node", str(HERE / "casl.mjs"), str(where)],
        input=json.dumps({"user": USER, "cases": of}),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return asked.stdout.split()


def known_cases() -> list[Case]:
    """The cases asked one by one: first those in which the two differ, then the nonsense that both deny."""
    differing = [known_case(conditions, row, inverted) for _, conditions, row, inverted, _, _ in DIFFERENCES]
    return differing + [known_case(conditions, row, inverted) for _, conditions, row, inverted in SAME]


def recorded() -> dict[str, Any]:
    """What CASL answered when it was last asked."""
    found: dict[str, Any] = json.loads(RECORDED.read_text(encoding="utf-8"))
    return found


def versions() -> dict[str, str]:
    """The pinned versions of what is compared with."""
    found: dict[str, str] = json.loads((HERE / "package.json").read_text(encoding="utf-8"))["dependencies"]
    return found


def record() -> None:
    """Ask CASL all cases and write its answers down."""
    every = cases()
    answers = {
        "versions": versions(),
        "cases": digest(every),
        "answers": ask_casl(every),
        "known": ask_casl(known_cases()),
    }
    RECORDED.write_text(json.dumps(answers, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    try:
        record()
    except NoCasl as reason:
        sys.exit(str(reason))
