"""Browser files: our own under `static/`, third-party ones as the install brought them under `vendor/`.

Each is served under a name that holds a digest of its content, so a browser may keep it for a year and a new
version is a new name. Compressed once per process, when first asked for.
"""

import gzip
import mimetypes
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import brotli
from flask import Blueprint, Flask, Response, abort, request, url_for
from werkzeug.security import safe_join

from portal.core.places import bundled, third_party_assets
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


@lru_cache(maxsize=256)
def _read(path: Path, changed_ns: int) -> tuple[bytes, str]:
    """Content and digest of a file as of its modification time, which only serves to forget old content."""
    content = path.read_bytes()
    return content, sha256(content).hexdigest()[:12]


@lru_cache(maxsize=256)
def _packed(path: Path, changed_ns: int, coding: str) -> bytes:
    content, _digest = _read(path, changed_ns)
    return brotli.compress(content, quality=11) if coding == "br" else gzip.compress(content, 9, mtime=0)


def asset_url(name: str) -> str:
    """The address of `css/app.css` or `vendor/htmx/dist/htmx.min.js`.

    Raises FileNotFoundError with the mend in its text: a page without its style must not go unnoticed.
    """
    return _address(name, request.script_root)


@lru_cache(maxsize=256)
def _address(name: str, _root: str) -> str:
    """Found once in a process: templates do not change under a running server, and neither do these files."""
    path = _find(name)
    if path is None:
        raise FileNotFoundError(f"No browser file {name!r}. `make setup` brings the third-party ones.")
    _content, digest = _read(path, path.stat().st_mtime_ns)
    return url_for("assets.read_asset", digest=digest, name=name)


@bp.get("/assets/<digest>/<path:name>")
@public
def read_asset(digest: str, name: str) -> Response:
    """One browser file, in the best coding the browser takes."""
    path = _find(name)
    if path is None:
        abort(404)
    changed = path.stat().st_mtime_ns
    content, current = _read(path, changed)
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    response = Response(content, mimetype=kind)
    if kind in COMPRESSIBLE:
        response.vary.add("Accept-Encoding")
        coding = request.accept_encodings.best_match(["br", "gzip", "identity"], default="identity")
        if coding in {"br", "gzip"}:
            response.set_data(_packed(path, changed, coding))
            response.content_encoding = coding
    response.cache_control.public = True
    response.cache_control.max_age = YEAR if digest == current else 60
    response.cache_control.immutable = digest == current
    response.set_etag(current)
    response.make_conditional(request)
    return response


def init_assets(app: Flask) -> None:
    """Serve the files and let templates name them."""
    app.register_blueprint(bp)
    app.jinja_env.globals["asset_url"] = asset_url
