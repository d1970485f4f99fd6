"""Whether somebody may take so much along at once."""

from sqlalchemy.orm import Session

from portal.core.errors import Refusal
from portal.users.queries.exports import export_limit


def check_export_size(session: Session, user_id: int, action: str, subject: str, rows: int) -> None:
    """Raises Refusal where a file of so many rows is more than the user's roles for `action` on `subject` allow."""
    limit = export_limit(session, user_id, action, subject)
    if limit is not None and rows > limit:
        raise Refusal(
            "Your role allows %(limit)s rows in one file, and these are %(rows)s. Filter the list, or ask an"
            " administrator.",
            limit=limit,
            rows=rows,
        )
