"""The server of map tiles, where one is configured: the only stranger from whom a page of ours takes pictures."""

from urllib.parse import urlsplit

PLACES = ("{z}", "{x}", "{y}")


def origin_of(address: str | None) -> str | None:
    """The origin of the tiles' address, for the Content Security Policy; None where none is configured.

    Raises ValueError for an address that names no tiles, or more than one server: what it allows must be seen.
    """
    if not address:
        return None
    parts = urlsplit(address)
    whole = all(place in parts.path + "?" + parts.query for place in PLACES)
    server = parts.hostname and not set("{}*;, '\"") & set(parts.netloc) and "@" not in parts.netloc
    if parts.scheme != "https" or not whole or not server:
        raise ValueError(
            "PORTAL_TILES_URL must be like https://tiles.example.org/{z}/{x}/{y}.png, by HTTPS and of one server."
        )
    return f"https://{parts.netloc}"
