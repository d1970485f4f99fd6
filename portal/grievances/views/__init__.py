"""The pages on grievances."""

from flask import Blueprint

bp = Blueprint("grievances", __name__, url_prefix="/grievances")
