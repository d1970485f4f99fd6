"""The pages of roles. Those of users are in `portal.staff`, which knows their ways to sign in as well."""

from flask import Blueprint

bp = Blueprint("users", __name__)
