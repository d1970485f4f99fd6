"""procrastinate's connection to the database, made to outlive the database.

As it comes, a worker that loses its connection repairs LISTEN once and then only polls, and stops altogether
when a heartbeat or a fetch fails. Here each statement waits until the database is back, and so does LISTEN.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, TypeVar

import psycopg
from procrastinate import PsycopgConnector
from procrastinate.connector import Notify
from procrastinate.exceptions import ConnectorException

Answer = TypeVar("Answer")
PAUSE = 1.0
"""Seconds between two attempts."""


class PatientConnector(PsycopgConnector):
    """Waits for a database that is away, until it is told to `give_up`."""

    impatient = False

    def give_up(self) -> None:
        """From now on an error is an error: the worker wants to end."""
        self.impatient = True

    async def execute_query_async(self, query: Any, **arguments: Any) -> None:
        """See PsycopgConnector."""
        await self._patiently(lambda: super(PatientConnector, self).execute_query_async(query, **arguments))

    async def execute_query_one_async(self, query: Any, **arguments: Any) -> dict[str, Any]:
        """See PsycopgConnector."""
        return await self._patiently(
            lambda: super(PatientConnector, self).execute_query_one_async(query, **arguments)
        )

    async def execute_query_all_async(self, query: Any, **arguments: Any) -> list[dict[str, Any]]:
        """See PsycopgConnector."""
        return await self._patiently(
            lambda: super(PatientConnector, self).execute_query_all_async(query, **arguments)
        )

    async def listen_notify(self, on_notification: Notify, channels: Iterable[str]) -> None:
        """Listen, and listen again on a new connection whenever the old one is lost."""
        heard = list(channels)
        while True:
            try:
                await super().listen_notify(on_notification, heard)
            except ConnectorException:
                await asyncio.sleep(PAUSE)

    async def _patiently(self, ask: Callable[[], Awaitable[Answer]]) -> Answer:
        while True:
            try:
                return await ask()
            except ConnectorException as error:
                if self.impatient or not isinstance(error.__cause__, psycopg.OperationalError):
                    raise
                await asyncio.sleep(PAUSE)
