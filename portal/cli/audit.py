"""`portal audit`: whether the audit log still is what was sealed."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from portal.cli._ready import portal_ready

if TYPE_CHECKING:
    from portal.audit.queries.checking import Finding, Report

TAMPERED = 3
"""Exit code where something was changed; 1 is for a check that could not be done."""

SHOWN_IDS = 20

WORDS = {
    "changed": "{count} of the entries {first}–{last} were changed or moved{ids} (seal {seal}).",
    "missing": "{count} of the entries {first}–{last} were deleted (seal {seal}).",
    "added": "{count} entries were put in between {first} and {last}{ids} (seal {seal}).",
    "seal": "Seal {seal} itself was changed; its entries {first}–{last} are as they were sealed.",
    "seals": "{count} seals are missing from number {seal} on.",
    "chain": "Seal {seal} (entries {first}–{last}) does not follow from the seal before it: one of them was replaced.",
    "cut": "The end of the log is gone: {count} seals, up to entry {last}, were written down outside the database"
    " and are no longer in it. The last seal here is number {seal}.",
    "rewritten": "Seal {seal} (up to entry {last}) is not the one that was written down outside the database.",
    "words": "The own words of {count} of the entries {first}–{last} are not what was said{ids}.",
    "unreadable": "Line {seal} of the file outside the database cannot be read.",
}
"""What each kind of finding is in plain words."""


@click.group()
def audit() -> None:
    """Check the audit log."""


@audit.command()
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as one line of JSON.")
@click.option(
    "--log",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file with the seals outside the database  [default: audit-seals.log in the instance folder]",
)
def verify(as_json: bool, log: Path | None) -> None:
    """Compare every sealed entry with its seal, and the seals with the file outside the database.

    Exit code 0: all is as it was sealed. 3: something was changed, and the output says what. 1: the check
    could not be done.
    """
    from portal.audit.outside import outside_log
    from portal.audit.queries.checking import check_log
    from portal.core.db import db

    if log is not None and not log.exists():
        raise click.ClickException(f"There is no file {log}.")
    with portal_ready() as app:
        report = check_log(db.session(), log or outside_log(app.config["PORTAL_INSTANCE"]))
        db.session.rollback()
    if as_json:
        click.echo(json.dumps({"intact": not report.findings, **asdict(report)}))
    else:
        for line in in_words(report):
            click.echo(line)
    if report.findings:
        raise click.exceptions.Exit(TAMPERED)


def in_words(report: "Report") -> Iterator[str]:
    """A report in sentences: what was found, or that all is well; then how much was looked at."""
    for finding in report.findings:
        yield _sentence(finding)
    looked = f"{report.entries:,} entries under {report.seals:,} seals"
    if report.findings:
        yield f"The audit log was changed. Looked at {looked}."
    else:
        yield f"The audit log is as it was sealed: {looked}."
    if report.noted is None:
        yield "There is no file with seals outside the database, so an end that was cut off would not show."
    else:
        yield f"Compared with {report.noted:,} seals written down outside the database."
    if report.unsealed:
        yield f"{report.unsealed:,} new entries are not sealed yet; the worker does so each minute."


def _sentence(finding: "Finding") -> str:
    ids = ", ".join(map(str, finding.ids[:SHOWN_IDS])) + (" …" if len(finding.ids) > SHOWN_IDS else "")
    values = asdict(finding) | {"ids": f": {ids}" if ids else ""}
    return WORDS[finding.kind].format(**values)
