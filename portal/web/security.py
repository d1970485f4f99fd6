"""What every answer says about itself to the browser, and what a request may weigh."""

from functools import partial

from flask import Flask, Response, request
from secure import (
    ContentSecurityPolicy,
    CrossOriginOpenerPolicy,
    CrossOriginResourcePolicy,
    PermissionsPolicy,
    ReferrerPolicy,
    Secure,
    StrictTransportSecurity,
    XContentTypeOptions,
    XFrameOptions,
)

from portal.web.tiles import origin_of


def _headers(*pictures_from: str) -> tuple[tuple[str, str], ...]:
    """The headers of every answer. Pictures may come from these origins beside our own."""
    policy = (
        ContentSecurityPolicy()
        .default_src("'none'")
        .script_src("'self'")
        .style_src("'self'")
        .img_src("'self'", "data:", *pictures_from)
        .font_src("'self'")
        .connect_src("'self'")
        .form_action("'self'")
        .object_src("'none'")
        .base_uri("'none'")
        .frame_ancestors("'none'")
    )
    headers = Secure(
        csp=policy,
        referrer=ReferrerPolicy().same_origin(),
        xcto=XContentTypeOptions().nosniff(),
        coop=CrossOriginOpenerPolicy().same_origin(),
        corp=CrossOriginResourcePolicy().same_origin(),
        permissions=PermissionsPolicy().camera().microphone().geolocation("self").payment(),
        xfo=XFrameOptions().deny(),
    )
    return tuple(headers.headers.items())


LIMITS = {"MAX_CONTENT_LENGTH": 20 * 2**20, "MAX_FORM_MEMORY_SIZE": 500_000, "MAX_FORM_PARTS": 1_000}
"""Bytes of a whole body, bytes of a form's fields without files, and how many fields."""
HSTS = StrictTransportSecurity().max_age(31_536_000).include_subdomains()


def _protect(sent: tuple[tuple[str, str], ...], response: Response) -> Response:
    quieter = response.headers.get("Referrer-Policy")
    for name, value in sent:
        response.headers[name] = value
    if quieter == "no-referrer":
        response.headers["Referrer-Policy"] = quieter
    if request.is_secure:
        response.headers[HSTS.header_name] = HSTS.header_value
    if (
        not response.cache_control.public
    ):  # what a view calls public is the same for everybody: browser files, shapes
        response.headers["Cache-Control"] = "no-store"
    return response


def init_security(app: Flask) -> None:
    """Set the headers on every answer, errors and downloads included, and the limits on bodies."""
    for name, most in LIMITS.items():
        if app.config.get(name) is None:  # Flask sets some of them to None, which is no limit
            app.config[name] = most
    tiles = origin_of(app.config.get("PORTAL_TILES_URL"))
    app.after_request(partial(_protect, _headers(*([tiles] if tiles else []))))
