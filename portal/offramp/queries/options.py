"""What the list of requests can be narrowed to: providers and projects that the reader may know of; chains, tokens and
payout lists."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, Text, cast, literal, select, union_all
from sqlalchemy.orm import Session

from portal.core.abilities import Ability
from portal.core.choosing import Offer, kept_offer
from portal.core.unchanged import while_unchanged
from portal.offramp.queries.provider import providers_to_see
from portal.offramp.watching import OfframpSum
from portal.payouts.queries.lists import paid_lists
from portal.projects.queries.choosing import projects_to_see


@dataclass(frozen=True)
class Options:
    """Providers, projects and payout lists that can be chosen; every chain and token that a request was made for."""

    providers: Offer
    projects: Offer
    lists: Offer
    chains: tuple[str, ...]
    tokens: tuple[str, ...]


def options(
    session: Session, ability: Ability, *, provider: str = "", project: str = "", payout_list: str = ""
) -> Options:
    """What the reader can choose among, who typed these names, or named these uuids."""
    words = while_unchanged(session, (options,), lambda: _words(session))
    return Options(
        kept_offer(session, providers_to_see, ability, provider),
        kept_offer(session, projects_to_see, ability, project),
        kept_offer(session, paid_lists, ability, payout_list),
        *words,
    )


def _words(session: Session) -> tuple[tuple[str, ...], tuple[str, ...]]:
    rows = session.connection().execute(WORDS).all()
    chains, tokens = (tuple(row.name for row in rows if row.kind == kind) for kind in ("chain", "token"))
    return chains, tokens


def _of(kind: str, column: Any) -> Select[*tuple[Any, ...]]:
    word = cast(column, Text).label("name")
    return select(select(literal(kind).label("kind"), word).distinct().order_by(word).subquery())


WORDS = union_all(_of("chain", OfframpSum.chain), _of("token", OfframpSum.token))
