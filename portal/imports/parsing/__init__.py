"""Reading the outside world's files: CSV in any dress, and workbooks (XLSX, XLSB, XLS, ODS).

A file is opened only in a child process with bounds on memory and time, so a hostile one harms nobody.
`inspect` tells what a file holds; `RowStream` gives all its rows, converted by a plan, as PostgreSQL's COPY
text. What cannot be read raises `FileRefused` with a sentence for its sender. Nothing here knows a request
or the database.
"""

from portal.imports.parsing.emitting import COPY_COLUMNS
from portal.imports.parsing.encoding import ENCODINGS
from portal.imports.parsing.errors import FileRefused
from portal.imports.parsing.inspection import Inspection, Sheet
from portal.imports.parsing.raw import rows_in
from portal.imports.parsing.reading import Batch, RowStream, Summary, inspect
from portal.imports.parsing.sniffing import EXTENSIONS

__all__ = [
    "COPY_COLUMNS",
    "ENCODINGS",
    "EXTENSIONS",
    "Batch",
    "FileRefused",
    "Inspection",
    "RowStream",
    "Sheet",
    "Summary",
    "inspect",
    "rows_in",
]
