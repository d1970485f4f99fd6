"""What is added to the log, and its sealing. Nothing here commits."""

from portal.audit.operations.deeds import record

__all__ = ["record"]
