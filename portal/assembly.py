"""Putting the portal together: the one file that knows every module."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from alembic.script import ScriptDirectory
from flask import Flask
from flask_compress import Compress
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from portal import models
from portal.audit.views import bp as audit
from portal.auth.views import bp as auth
from portal.beneficiaries.views import bp as beneficiaries
from portal.bulk.views import bp as bulk
from portal.core import embedded, secrets
from portal.core.db import init_database
from portal.core.places import bundled, instance_directory
from portal.desk.views import bp as desk
from portal.duplicates.views import bp as duplicates
from portal.erasing.views import bp as erasing
from portal.grievances.views import bp as grievances
from portal.groups.views import bp as groups
from portal.imports.views import bp as imports
from portal.intake.views import bp as intake
from portal.intake.views import without_cookie
from portal.jobs.views import bp as jobs
from portal.maps.views import bp as maps
from portal.messages.views import bp as messages
from portal.offramp.views import bp as offramp
from portal.offramp.views.callbacks import receive_callback
from portal.payouts.views import bp as payouts
from portal.projects.views import bp as projects
from portal.reconciliation.views import bp as reconciliation
from portal.signups.views import bp as signups
from portal.staff.views import bp as staff
from portal.stats.views import bp as stats
from portal.tokens.views import bp as tokens
from portal.transactions.views import bp as transactions
from portal.users.views import bp as users
from portal.vendors.views import bp as vendors
from portal.web import access, sessions
from portal.web.amounts import init_amounts
from portal.web.assets import init_assets
from portal.web.cells import init_cells
from portal.web.errors import init_errors
from portal.web.filters import init_filters
from portal.web.forms import init_forms
from portal.web.fragments import init_fragments
from portal.web.health import bp as health
from portal.web.home import bp as home
from portal.web.language import init_language
from portal.web.logs import init_logs
from portal.web.nav import init_nav
from portal.web.phrases import init_phrases
from portal.web.security import init_security
from portal.web.templating import Sharing, Unprintable

MODULES = (
    home,
    health,
    auth,
    users,
    projects,
    tokens,
    beneficiaries,
    groups,
    duplicates,
    maps,
    bulk,
    erasing,
    staff,
    vendors,
    imports,
    grievances,
    transactions,
    intake,
    desk,
    payouts,
    reconciliation,
    offramp,
    stats,
    jobs,
    messages,
    signups,
    audit,
)

TEXTS = ("_ID", "_SECRET", "_KEY", "_PASSWORD")
"""How variables end that hold names and secrets of others: one made of digits is not a number all the same."""

csrf = CSRFProtect()
compress = Compress()


def assemble(config: Mapping[str, Any] | None = None) -> Flask:
    """The portal as a WSGI application.

    Starts the embedded database when no address of another one is given. Does not migrate: `portal upgrade`
    and `portal run` do.
    """
    app = Flask("portal", template_folder=str(bundled("templates")), static_folder=None)
    app.config.from_mapping(
        PORTAL_INSTANCE=instance_directory(),
        PORTAL_MIGRATIONS=bundled("migrations"),
        WTF_CSRF_TIME_LIMIT=None,
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_BR_LEVEL=5,
        COMPRESS_BR_WINDOW=16,
        COMPRESS_EVALUATE_CONDITIONAL_REQUEST=False,  # no browser keeps a page; files answer for themselves
        COMPRESS_LEVEL=5,
    )
    app.config.update(_from_environment())
    app.config.update(config or {})
    _find_keys_and_database(app)
    app.jinja_env.undefined = Unprintable
    app.jinja_env.template_class = Sharing
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    init_database(app)
    app.extensions["portal_head"] = ScriptDirectory(app.config["PORTAL_MIGRATIONS"]).get_current_head()
    _open_web(app)
    for view in (*without_cookie.VIEWS, receive_callback):
        csrf.exempt(view)
    for blueprint in MODULES:
        app.register_blueprint(blueprint)
    return app


def _from_environment() -> dict[str, Any]:
    """Every PORTAL_* variable: numbers, true and false as what they are, all else as text, names and secrets always."""
    found: dict[str, Any] = {}
    for name, value in os.environ.items():
        if name.startswith("PORTAL_") and name != "PORTAL_INSTANCE":
            if name.endswith(TEXTS):
                found[name] = value
                continue
            try:
                found[name] = json.loads(value)
            except ValueError:
                found[name] = value
    return found


def _find_keys_and_database(app: Flask) -> None:
    instance = app.config["PORTAL_INSTANCE"] = Path(app.config["PORTAL_INSTANCE"])
    instance.mkdir(parents=True, exist_ok=True)
    if not app.config.get("SECRET_KEY"):
        app.config["SECRET_KEY"] = secrets.secret_key(instance)
    if not app.config.get("SQLALCHEMY_DATABASE_URI"):
        app.config["SQLALCHEMY_DATABASE_URI"] = embedded.database_url()


def _open_web(app: Flask) -> None:
    """Everything in `web`, in the order in which a request meets it."""
    if hops := app.config.get("PORTAL_PROXIES", 0):
        # Flask's own way to wrap an application, which its types know only as a method.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    init_logs(app)
    init_security(app)
    init_language(app)
    sessions.init_sessions(app)
    access.init_access(app)
    init_forms(app)
    csrf.init_app(app)
    compress.init_app(app)
    init_assets(app)
    init_amounts(app)
    init_filters(app)
    init_phrases(app)
    init_cells(app)
    init_fragments(app)
    init_nav(app)
    init_errors(app)


__all__ = ["assemble", "models"]
