"""The process that reads a file: `python -m portal.imports.parsing.child`, with a request as JSON on its
input.

It fences itself in before it looks at the file, writes frames to its output and ends. Whatever a file does
to it, it does to this process alone.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import traceback
from pathlib import Path
from typing import IO, Any

from portal.imports.parsing import frames
from portal.imports.parsing.emitting import LineWriter
from portal.imports.parsing.errors import FileRefused, damaged, too_big
from portal.imports.parsing.inspection import Inspection, examine
from portal.imports.parsing.limits import INSPECT_CPU, STREAM_CPU, confine
from portal.imports.parsing.streaming import stream
from portal.imports.values import Plan


def main() -> None:
    """Answer the one request on standard input; every outcome is a frame."""
    request = json.loads(sys.stdin.buffer.read())
    output = os.fdopen(os.dup(1), "wb", buffering=0)
    sys.dont_write_bytecode = True
    gc.disable()  # a batch makes no cycles, and looking for them costs a tenth of the time
    try:
        with Path(request["path"]).open("rb") as file:
            confine(INSPECT_CPU if request["do"] == "inspect" else STREAM_CPU)
            _answer(request, file, output)
    except FileRefused as refusal:
        _refuse(output, refusal)
    except MemoryError:
        _refuse(output, too_big())
    except BaseException as fault:  # also the panics of the workbook reader, which are no Exceptions
        if "Panic" in type(fault).__name__:
            _refuse(output, damaged())
        else:
            frames.write_frame(
                output, frames.FAULT, traceback.format_exc()[-8000:].encode("utf-8", "replace")
            )
    output.close()
    os._exit(0)  # nothing is worth tidying up, and freeing a large sheet takes its time


def _answer(request: dict[str, Any], file: IO[bytes], output: IO[bytes]) -> None:
    size = os.fstat(file.fileno()).st_size
    if request["do"] == "inspect":
        found = examine(file, size, request["filename"], request["sheet"], request["encoding"])
        frames.write_json(output, frames.RESULT, found.to_json())
        return
    sums = stream(
        file,
        size,
        Inspection.from_json(request["inspection"]),
        Plan.from_json(request["plan"]),
        LineWriter(request["columns"], request["constants"], request["fill"]),
        lambda body: frames.write_frame(output, frames.ROWS, body),
    )
    frames.write_json(output, frames.RESULT, sums)


def _refuse(output: IO[bytes], refusal: FileRefused) -> None:
    frames.write_json(output, frames.REFUSED, {"message": refusal.message, "params": refusal.params})


if __name__ == "__main__":
    main()
