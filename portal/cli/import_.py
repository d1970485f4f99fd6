"""`portal import`: a file of people into the registry, by the same steps as in the browser, without the worker."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from portal.cli._bar import Bar
from portal.cli._ready import portal_ready

if TYPE_CHECKING:
    from flask import Flask

    from portal.imports.models import ImportBatch

MOST_KINDS = 12
"""How many kinds of problems are told; the review in the browser shows all rows."""


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@click.option("--take-good", is_flag=True, help="Register the new people and update the known ones at once.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON on the last line.")
@click.option("--project", metavar="NAME-OR-UUID", help="Bring everybody into this project.")
@click.option("--group", metavar="NAME", help="Put everybody into this group; a new name makes a new group.")
@click.option(
    "--region", metavar="XX", help="Country of phone numbers without a country code, such as NP or KE."
)
@click.option("--sheet", metavar="NAME", help="The sheet of a workbook, if not its first.")
@click.option("--user", metavar="EMAIL", help="The user in whose name this is done.")
def import_(
    file: Path,
    take_good: bool,
    as_json: bool,
    project: str | None,
    group: str | None,
    region: str | None,
    sheet: str | None,
    user: str | None,
) -> None:
    """Check a file of people (CSV, XLSX, XLS, ODS) and say what stands in it, row by row accounted for.

    Without --take-good nobody is registered yet: the rows wait for review in the browser.
    """
    with portal_ready() as app:
        from portal.core.db import as_actor, db
        from portal.core.errors import Refusal

        by_id, by_uuid = _user(user)
        where_to = {"project": _project(project), "group_name": group, "chosen_by": by_id}
        country = _country(region)
        db.session.commit()  # so that what follows begins in the user's name
        bar = Bar()
        try:
            with as_actor(by_uuid, "portal import"):
                batch = _store(app, file, sheet, by_id)
                with _given_up(batch):
                    _check(app, batch, country, where_to, bar)
                if take_good:
                    _take(batch, bar)
        except Refusal as refusal:
            bar.clear()
            raise click.ClickException(str(refusal)) from refusal
        bar.clear()
        _tell(app, batch, as_json)
        db.session.remove()


def _user(email: str | None) -> tuple[int | None, UUID | None]:
    from portal.core.db import db
    from portal.users.emails import fold_email
    from portal.users.queries.users import user_with_email

    if email is None:
        return None, None
    found = user_with_email(db.session(), fold_email(email))
    if found is None:
        raise click.BadParameter(f"nobody has the address {email}", param_hint="--user")
    return found.id, found.uuid


def _project(wanted: str | None) -> UUID | None:
    """The open project of that name or uuid."""
    from portal.core.abilities import Ability, Rule
    from portal.core.db import db
    from portal.projects.queries.choosing import open_projects

    if wanted is None:
        return None
    everything = Ability([Rule("manage", "all")])
    folded = wanted.strip().casefold()
    found = [
        uuid
        for uuid, name in db.session.execute(open_projects(everything))
        if folded in (str(uuid), name.casefold())
    ]
    if len(found) != 1:
        why = "several open projects are called so; name one by its uuid" if found else "no open project"
        raise click.BadParameter(f"{why}: {wanted}", param_hint="--project")
    return found[0]


def _country(region: str | None) -> str | None:
    from phonenumbers import SUPPORTED_REGIONS

    if region is not None and region.upper() not in SUPPORTED_REGIONS:
        raise click.BadParameter(f"{region} is no country's two letters", param_hint="--region")
    return region.upper() if region else None


def _store(app: "Flask", file: Path, sheet: str | None, by: int | None) -> UUID:
    """A new batch for the file. Raises Refusal for one that cannot be read."""
    from portal.core.db import db
    from portal.core.errors import Refusal
    from portal.imports.operations.batches import create_batch, store_file, uploads_in
    from portal.imports.parsing import inspect

    with file.open("rb") as source:
        stored = store_file(source, uploads_in(app.config["PORTAL_INSTANCE"]), file.suffix.lower())
    try:
        inspection = inspect(stored.path, file.name, sheet=sheet)
    except Refusal:
        stored.path.unlink(missing_ok=True)
        raise
    uuid = create_batch(db.session(), stored, file.name[:200], inspection.to_json(), created_by=by)
    db.session.commit()
    return uuid


def _check(app: "Flask", uuid: UUID, region: str | None, where_to: dict[str, Any], bar: Bar) -> None:
    """Stage and judge all rows."""
    from portal.core.db import db
    from portal.imports.operations.batches import move
    from portal.imports.operations.columns import USUAL_REGION, fix_mapping, propose_mapping
    from portal.imports.tasks import check
    from portal.jobs.progress import Progress

    session = db.session()
    usual = app.config.get("PORTAL_REGION", USUAL_REGION)
    mapping, country = propose_mapping(session, _batch(uuid), usual, region=region)
    fix_mapping(session, uuid, mapping, country, **where_to)
    move(session, uuid, "CHECKING")
    session.commit()
    check(Progress(bar), batch=str(uuid))


def _take(uuid: UUID, bar: Bar) -> None:
    """Register what is good, if anything is. Whatever goes wrong leaves all rows in the review."""
    from portal.core.db import db
    from portal.imports.operations.batches import move, reopen
    from portal.imports.tasks import take
    from portal.jobs.progress import Progress

    if not any(count["take"] for count in (_batch(uuid).counts or {}).values()):
        return
    move(db.session(), uuid, "TAKING")
    db.session.commit()
    try:
        take(Progress(bar), batch=str(uuid))
    except BaseException:
        _begin_anew()
        reopen(db.session(), uuid)
        db.session.commit()
        raise


@contextmanager
def _given_up(uuid: UUID) -> Iterator[None]:
    """Forget the batch and its file when the check does not come to its end."""
    from portal.core.db import db
    from portal.imports.operations.batches import discard

    try:
        yield
    except BaseException:
        _begin_anew()
        path = discard(db.session(), uuid)
        db.session.commit()
        if path:
            path.unlink(missing_ok=True)
        raise


def _begin_anew() -> None:
    """Roll back, or leave a session behind that an interrupt caught in the middle of its commit: such a one lets
    itself neither be finished nor rolled back."""
    from sqlalchemy.exc import SQLAlchemyError

    from portal.core.db import db

    try:
        db.session.rollback()
    except SQLAlchemyError:
        db.session.registry.clear()


def _batch(uuid: UUID) -> "ImportBatch":
    from portal.core.db import db
    from portal.imports.models import ImportBatch

    return db.session.get_one(ImportBatch, uuid, populate_existing=True)


def _tell(app: "Flask", uuid: UUID, as_json: bool) -> None:
    """The outcome: for people, and with `as_json` as the last line for programs."""
    from portal.core.db import db
    from portal.imports.models import VERDICTS
    from portal.imports.queries.summary import held_by_kind
    from portal.imports.views.wording import in_words

    batch = _batch(uuid)
    counts = batch.counts or {}
    verdicts = {verdict: counts[verdict]["rows"] for verdict in VERDICTS}
    done = counts.get("taken")
    taken = done["added"] + done["updated"] if done else 0
    click.echo(f"{batch.file_name}: {batch.row_count:,} rows")
    for name, words in WORDS.items():
        click.echo(f"{verdicts[name]:>9,}  {words}")
    kinds = held_by_kind(db.session(), uuid, MOST_KINDS)
    if kinds:
        click.echo("What keeps rows back:")
    for kind in kinds:
        field = f"{kind.entry['field']}: " if kind.entry.get("field") else ""
        click.echo(f"{kind.rows:>9,}  {field}{in_words(kind.entry)} (row {kind.row})")
    if done:
        click.echo(f"Registered {done['added']:,}, updated {done['updated']:,}.")
    else:
        click.echo("Nobody is registered yet." if batch.row_count else "There is nobody to register.")
    click.echo(f"Go on in the browser: {_address(app, uuid)}")
    if as_json:
        click.echo(
            json.dumps({"rows": batch.row_count, "verdicts": verdicts, "taken": taken, "batch": str(uuid)})
        )


WORDS = {
    "NEW": "new",
    "UPDATE": "of people already registered",
    "DUPLICATE": "possible duplicates",
    "INVALID": "with something wrong",
}


def _address(app: "Flask", uuid: UUID) -> str:
    """The page of the batch, where the portal runs on this machine with the same HOST and PORT."""
    host = os.environ.get("HOST", "127.0.0.1")
    host = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 -- shown, not bound
    urls = app.url_map.bind(f"{host}:{os.environ.get('PORT', '8000')}", url_scheme="http")
    return urls.build("imports.show_batch", {"uuid": uuid}, force_external=True)
