"""Writes run.txt, dev.txt and bench.txt: every package with its version and hashes, and nobody's host name.

`make lock` runs it. All three come from one resolution, so that a package has one version in all of them.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
SOURCES = [str(HERE.parent / "pyproject.toml"), str(HERE / "build.in")]
COMPILE = [
    str(Path(sys.executable).parent / "uv"),
    *("pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes"),
    *("--no-header", "--no-annotate"),
]


def pin(target: Path, *options: str) -> None:
    """Resolve the sources with `options` and write the result to `target`."""
    subprocess.run([*COMPILE, *SOURCES, *options, "--output-file", str(target)], check=True)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        everything = Path(scratch) / "everything.txt"
        pin(everything, "--extra", "dev", "--extra", "bench", "--upgrade")
        for name, extras in {"run": (), "dev": ("--extra", "dev"), "bench": ("--extra", "bench")}.items():
            pinned = HERE / f"{name}.txt"
            pinned.unlink(missing_ok=True)
            pin(pinned, *extras, "--constraints", str(everything))
