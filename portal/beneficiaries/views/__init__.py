"""The pages on people."""

from flask import Blueprint

bp = Blueprint("beneficiaries", __name__, url_prefix="/beneficiaries")

from portal.beneficiaries.views import (  # noqa: E402, F401 - they add their routes to bp
    edit,
    export,
    fate,
    in_projects,
    people,
    person,
    register,
)
