"""What a file is, told by its content and never by its name alone."""

from dataclasses import dataclass

from portal.core.errors import Refusal, sentence

MOST_BYTES = 10 * 2**20
"""The largest file that is kept, in bytes: 10 MiB."""
OTHER = sentence("This kind of file is not taken. Send a picture (JPEG, PNG, WebP), a PDF, or plain text.")


@dataclass(frozen=True)
class Kind:
    """A kind of file: its media type, what its name may end in, and what its content begins with."""

    media_type: str
    endings: tuple[str, ...]
    begins: bytes
    goes_on: tuple[int, bytes] = (0, b"")
    """What stands further on, and where."""


KINDS = (
    Kind("image/jpeg", (".jpg", ".jpeg"), b"\xff\xd8\xff"),
    Kind("image/png", (".png",), b"\x89PNG\r\n\x1a\n"),
    Kind("image/webp", (".webp",), b"RIFF", (8, b"WEBP")),
    Kind("application/pdf", (".pdf",), b"%PDF-"),
)
TEXT = Kind("text/plain", (".txt",), b"")
ENDINGS = tuple(ending for kind in (*KINDS, TEXT) for ending in kind.endings)
"""What the names of files that are taken end in, for the browser's choice."""


def media_type_of(name: str, content: bytes) -> str:
    """The media type of a file, where its content is of the kind that its name says.

    Raises Refusal at the field `file` for an empty one, one that is too large, of a kind that is not taken, or whose
    content is of another kind than its name.
    """
    if not content:
        raise Refusal("This file is empty.", field="file")
    if len(content) > MOST_BYTES:
        raise Refusal(
            "This file is too large: at most %(most)s MB are taken.", field="file", most=MOST_BYTES // 2**20
        )
    for kind in (*KINDS, TEXT):
        if name.lower().endswith(kind.endings):
            if not _is(kind, content):
                raise Refusal("This file is not what its name says.", field="file")
            return kind.media_type
    raise Refusal(OTHER, field="file")


def shown_name(name: str) -> str:
    """What people called a file: without a path, without characters that nobody sees, at most 120 characters of it."""
    last = name.replace("\\", "/").rpartition("/")[2]
    clean = "".join(letter for letter in last if letter.isprintable()).strip()
    stem, dot, ending = clean.rpartition(".")
    return f"{stem[: 119 - len(ending)]}{dot}{ending}" if len(clean) > 120 else clean


def _is(kind: Kind, content: bytes) -> bool:
    if kind is TEXT:
        return _is_text(content)
    at, part = kind.goes_on
    return content.startswith(kind.begins) and content[at : at + len(part)] == part


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return all(letter.isprintable() or letter in "\t\r\n" for letter in text)
