"""The menu: what stands in it, and for whom."""

from dataclasses import dataclass

from flask import Flask, request, url_for
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.web.access import current_ability
from portal.web.lists import here


@dataclass(frozen=True)
class Place:
    """A menu item: shown to those who may `action` on `subject`; current on every page of its `module`."""

    label: LazyString
    endpoint: str
    icon: str
    action: str
    subject: str

    @property
    def module(self) -> str:
        """The blueprint whose pages this item stands for."""
        return self.endpoint.partition(".")[0]


@dataclass(frozen=True)
class NavItem:
    """A menu item as this page draws it."""

    label: LazyString
    url: str
    icon: str
    current: bool


@dataclass(frozen=True)
class NavGroup:
    """Items that belong together, under a heading."""

    label: LazyString
    places: list[NavItem]


MENU: list[tuple[LazyString, list[Place]]] = [
    (
        _l("People"),
        [
            Place(_l("Beneficiaries"), "beneficiaries.list_beneficiaries", "users", "read", "Beneficiary"),
            Place(_l("Groups"), "groups.list_groups", "layers", "read", "BeneficiaryGroup"),
            Place(_l("Duplicates"), "duplicates.list_pairs", "copy-check", "read", "Duplicate"),
            Place(_l("Map"), "maps.show_map", "map", "read", "Beneficiary"),
            Place(_l("Imports"), "imports.list_batches", "file-up", "import", "Beneficiary"),
            Place(_l("Bulk actions"), "bulk.list_actions", "list-checks", "read", "BulkAction"),
        ],
    ),
    (
        _l("Aid"),
        [
            Place(_l("Projects"), "projects.list_projects", "folder-kanban", "read", "Project"),
            Place(_l("Vendors"), "vendors.list_vendors", "store", "read", "Vendor"),
            Place(_l("Transactions"), "transactions.list_transactions", "banknote", "read", "Transaction"),
            Place(_l("Payouts"), "payouts.list_lists", "hand-coins", "read", "PayoutList"),
            Place(_l("Offramps"), "offramp.list_requests", "arrow-left-right", "read", "OfframpRequest"),
            Place(_l("Tokens"), "tokens.list_tokens", "coins", "read", "Token"),
            Place(
                _l("Grievances"), "grievances.list_grievances", "message-square-warning", "read", "Grievance"
            ),
            Place(_l("Hotline"), "intake.list_files", "file-up", "import", "Grievance"),
            Place(_l("Figures"), "stats.show_grievances", "chart-column", "read", "Stat"),
        ],
    ),
    (
        _l("Access"),
        [
            Place(_l("Users"), "staff.list_users", "user-cog", "read", "User"),
            Place(_l("Roles"), "users.list_roles", "shield", "read", "Role"),
            Place(_l("Sign-ups"), "signups.list_sign_ups", "user-plus", "read", "SignUp"),
        ],
    ),
    (
        _l("System"),
        [
            Place(_l("Jobs"), "jobs.list_jobs", "activity", "read", "Job"),
            Place(_l("Messages"), "messages.list_messages", "mail", "read", "Message"),
            Place(_l("Audit log"), "audit.list_entries", "scroll-text", "read", "AuditEntry"),
        ],
    ),
]


def nav_items() -> list[NavGroup]:
    """The menu of the signed-in person: only what they may open."""
    ability = current_ability()
    here = request.blueprint
    groups = [
        NavGroup(
            heading,
            [
                NavItem(place.label, url_for(place.endpoint), place.icon, place.module == here)
                for place in places
                if ability.can(place.action, place.subject)
            ],
        )
        for heading, places in MENU
    ]
    return [group for group in groups if group.places]


def init_nav(app: Flask) -> None:
    """Let layouts draw the menu, and pages leave out what the reader may not do."""
    app.jinja_env.globals["nav_items"] = nav_items
    app.jinja_env.globals["here"] = here
    app.jinja_env.globals["can"] = lambda action, subject: current_ability().can(action, subject)
