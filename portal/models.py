"""All tables, imported once: whoever needs the whole metadata (the application, migrations) imports this."""

from portal.audit import models as audit
from portal.auth import models as auth
from portal.beneficiaries import models as beneficiaries
from portal.bulk import models as bulk
from portal.core import rates
from portal.duplicates import models as duplicates
from portal.grievances import finding as finding_grievances
from portal.grievances import many as many_grievances
from portal.grievances import models as grievances
from portal.groups import models as groups
from portal.imports import models as imports
from portal.intake import models as intake
from portal.jobs import models as jobs
from portal.messages import models as messages
from portal.offramp import files as payout_files
from portal.offramp import finding as finding_offramps
from portal.offramp import models as offramp
from portal.offramp import statements as statements_of_offramps
from portal.offramp import watching as watching_offramps
from portal.payouts import models as payouts
from portal.projects import models as projects
from portal.reconciliation import models as reconciliation
from portal.settings import models as settings
from portal.signups import models as signups
from portal.stats import models as stats
from portal.tokens import models as tokens
from portal.transactions import models as transactions
from portal.users import models as users
from portal.vendors import models as vendors
from portal.wallets import models as wallets

__all__ = [
    "audit",
    "auth",
    "beneficiaries",
    "bulk",
    "duplicates",
    "finding_grievances",
    "finding_offramps",
    "grievances",
    "groups",
    "imports",
    "intake",
    "jobs",
    "many_grievances",
    "messages",
    "offramp",
    "payout_files",
    "payouts",
    "projects",
    "rates",
    "reconciliation",
    "settings",
    "signups",
    "statements_of_offramps",
    "stats",
    "tokens",
    "transactions",
    "users",
    "vendors",
    "wallets",
    "watching_offramps",
]
