"""What the values of cases are called, as keys of their translations: for sentences, badges and selects alike."""

from portal.core.errors import Words, sentence

PRIORITY_NAMES = {
    "LOW": sentence("Low"),
    "NORMAL": sentence("Normal"),
    "HIGH": sentence("High"),
    "URGENT": sentence("Urgent"),
}
"""Priority → its name."""
TYPE_NAMES = {
    "TECHNICAL": sentence("Technical"),
    "NON_TECHNICAL": sentence("Not technical"),
    "OTHER": sentence("Other"),
}
"""Type → its name."""
RECEIVER_NAMES = {
    "ASSIGNEE": sentence("Whoever is in charge of the case"),
    "SUPERVISOR": sentence("The project’s supervisors"),
    "MANAGER": sentence("The managers"),
}
"""Who a step of the ladder tells → what they are called."""
CAME_WITH = frozenset(
    (
        sentence("Payment not received"),
        sentence("Wrong amount"),
        sentence("Registration and eligibility"),
        sentence("Goods or service"),
        sentence("Vendor’s behaviour"),
        sentence("Correction of data"),
        sentence("Question or suggestion"),
        sentence("Staff’s behaviour"),
        sentence("Fraud or corruption"),
        sentence("Protection"),
        sentence("Sexual exploitation or abuse"),
        sentence("Something else"),
        sentence("In person"),
        sentence("Public form"),
        sentence("Vendor’s desk"),
        sentence("Hotline"),
        sentence("Help desk"),
        sentence("Complaints box"),
        sentence("E-mail"),
    )
)
"""Categories and channels that came with the portal: these have translations, others are called as they were typed."""


def spoken(name: str) -> str:
    """A category or channel for a sentence: words with a translation where it came with the portal."""
    return Words(name) if name in CAME_WITH else name
