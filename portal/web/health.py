"""Whether the program lives, and whether it can serve: for load balancers and watchers."""

import psycopg
from flask import Blueprint, Response, current_app, jsonify

from portal.core.db import libpq_url
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
    address = libpq_url(current_app.config["SQLALCHEMY_DATABASE_URI"])
    try:  # not through the pool, which is patient with a database that is away
        with psycopg.connect(address, connect_timeout=2, options="-c statement_timeout=2000") as connection:
            (at,) = connection.execute("SELECT version_num FROM alembic_version").fetchone() or (None,)
    except psycopg.Error:
        return jsonify(status="database away"), 503
    if at != current_app.extensions["portal_head"]:
        return jsonify(status="schema behind"), 503
    return jsonify(status="ok")
