"""What the values of cases are called, as keys of their translations: for sentences, badges and selects alike."""

from portal.core.errors import sentence

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
