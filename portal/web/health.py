"""Whether the program lives, and whether it can serve: for load balancers and watchers."""

from flask import Blueprint, Response, current_app, jsonify
from sqlalchemy import text

from portal.core.db import db
from portal.web.access import public

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@public
def live() -> Response:
    """The process answers. Asks nothing of the database."""
    return jsonify(status="ok")


@bp.get("/readyz")
@public
def ready() -> tuple[Response, int] | Response:
    """The database answers within two seconds and its schema is the program's."""
    try:
        db.session.execute(text("SET LOCAL statement_timeout = 2000"))
        at = db.session.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except Exception:
        db.session.rollback()
        return jsonify(status="database away"), 503
    if at != current_app.extensions["portal_head"]:
        return jsonify(status="schema behind"), 503
    return jsonify(status="ok")
