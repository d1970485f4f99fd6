"""Browser files: our own under `static/`, third-party ones as the install brought them under `vendor/`.

Each is served under a name that holds a digest of its content, so a browser may keep it for a year and a new
version is a new name. Compressed once per process, when first asked for.
"""

import gzip
import mimetypes
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from hashlib import sha256
from pathlib import Path

import brotli
from flask import Blueprint, Flask, Response, abort, request, url_for
from werkzeug.security import safe_join

from portal.core.places import bundled, third_party_assets
from portal.web import icons
from portal.web.access import public

bp = Blueprint("assets", __name__)

COMPRESSIBLE = {"text/css", "text/javascript", "image/svg+xml", "application/json", "text/plain"}
YEAR = 31_536_000


def _find(name: str) -> Path | None:
    """The file behind a public name, never one outside the two folders."""
    if name.startswith("vendor/"):
        root, inner = third_party_assets(), name.removeprefix("vendor/")
    else:
        root, inner = bundled("static"), name
    joined = safe_join(str(root), inner) if root else None
    found = Path(joined) if joined else None
    return found if found and found.is_file() else None


@dataclass(frozen=True)
class Content:
    """What a name stands for, and the digest of it that its address holds."""

    plain: bytes
    digest: str

    @cached_property
    def brotli(self) -> bytes:
        """As every browser of today takes it."""
        packed: bytes = brotli.compress(self.plain, quality=11)
        return packed

    @cached_property
    def gzip(self) -> bytes:
        """As older ones take it."""
        return gzip.compress(self.plain, 9, mtime=0)


def _content(name: str) -> Content | None:
    """What is served under a public name: the icons, which we put together, or a file."""
    if name == icons.FILE:
        return _of_icons()
    path = _find(name)
    return _of_file(path, path.stat().st_mtime_ns) if path else None


@cache
def _of_icons() -> Content:
    return _digested(icons.sheet())


@lru_cache(maxsize=256)
def _of_file(path: Path, changed_ns: int) -> Content:
    """A file as of its modification time, which only serves to forget old content."""
    return _digested(path.read_bytes())


def _digested(plain: bytes) -> Content:
    return Content(plain, sha256(plain).hexdigest()[:12])


def asset_url(name: str) -> str:
    """The address of `css/app.css` or `vendor/htmx/dist/htmx.min.js`.

    Raises FileNotFoundError with the mend in its text: a page without its style must not go unnoticed.
    """
    return _address(name, request.script_root)


@lru_cache(maxsize=256)
def _address(name: str, _root: str) -> str:
    """Found once in a process: templates do not change under a running server, and neither do these files."""
    content = _content(name)
    if content is None:
        raise FileNotFoundError(f"No browser file {name!r}. `make setup` brings the third-party ones.")
    return url_for("assets.read_asset", digest=content.digest, name=name)


@bp.get("/assets/<digest>/<path:name>")
@public
def read_asset(digest: str, name: str) -> Response:
    """One browser file, in the best coding the browser takes."""
    content = _content(name)
    if content is None:
        abort(404)
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    response = Response(content.plain, mimetype=kind)
    if kind in COMPRESSIBLE:
        response.vary.add("Accept-Encoding")
        coding = request.accept_encodings.best_match(["br", "gzip", "identity"], default="identity")
        if coding in {"br", "gzip"}:
            response.set_data(content.brotli if coding == "br" else content.gzip)
            response.content_encoding = coding
    response.cache_control.public = True
    response.cache_control.max_age = YEAR if digest == content.digest else 60
    response.cache_control.immutable = digest == content.digest
    response.set_etag(content.digest)
    response.make_conditional(request)
    return response


def init_assets(app: Flask) -> None:
    """Serve the files, and let templates name them and draw icons."""
    app.register_blueprint(bp)
    app.jinja_env.globals.update(asset_url=asset_url, icon=icons.drawer(asset_url))
