"""procrastinate's workers in this process: kept running, and the jobs of dead ones run again.

A job is a wake-up for work that stands in our tables, so it may run once too often, and it never fails for good:
what a turn or a send that fails comes to is decided by the turn or the send.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import psycopg_pool
from procrastinate import App, BaseRetryStrategy, JobContext, PsycopgConnector, RetryDecision
from procrastinate.exceptions import ProcrastinateException
from procrastinate.jobs import Job
from procrastinate.worker import Worker
from sqlalchemy import text

from deskhand.channels.delivery.chores import CHORES_AT, CHORES_TASK
from deskhand.channels.delivery.sending import Later
from deskhand.channels.delivery.stopping import heed_cancellation
from deskhand.store.database import Database, has_news
from deskhand.store.errors import DatabaseUnavailable
from deskhand.store.purging import purge
from deskhand.store.queue import (
    DESK_QUEUE,
    DESK_TASK,
    MEDIA_TASK,
    QUEUE_SCHEMA,
    SEND_TASK,
    TURN_QUEUE,
    TURN_TASK,
    send_queue,
)
from deskhand.store.urls import libpq_url

log = logging.getLogger(__name__)

POLL_SECONDS = 1.0
"""New jobs are heard of at once; this is for those that were put off."""
HEARTBEAT_SECONDS = 3.0
DEAD_AFTER_SECONDS = 15.0
RESCUE_SECONDS = 3.0
FINISH_SECONDS = 20.0
"""How long jobs may go on when the process ends. What is not finished then is begun again elsewhere."""
TELL_AGAIN_SECONDS = 0.5
JOBS_AT_ONCE = 64
"""Turns wait for customers who still type, and sends for channels: most of them do nothing at a given time."""

PURGE_TASK = "deskhand.purge"
PURGE_AT = "17 3 * * *"
"""Minute and hour, UTC."""

_RESCUE_LOCK = 7_307_145_002


async def until(assistant_is_ready: Callable[[], bool]) -> None:
    while not assistant_is_ready():  # noqa: ASYNC110 - Rasa loads its model when it likes, and tells nobody
        await asyncio.sleep(0.1)


class Again(BaseRetryStrategy):
    """Always: after what a `Later` says, at once when the process ends, else after a pause that grows."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision:
        if isinstance(exception, Later):
            seconds = exception.seconds
        elif isinstance(exception, asyncio.CancelledError):
            seconds = 0.0
        else:
            seconds = float(min(60, 2 ** min(job.attempts, 6)))
        return RetryDecision(retry_at=datetime.now(UTC) + timedelta(seconds=seconds))


async def _commit_each_statement(connection: psycopg.AsyncConnection[Any]) -> None:
    """Each call of procrastinate's is one statement: BEGIN and COMMIT around it would make three of it."""
    await connection.set_autocommit(True)


def _pool(**options: Any) -> psycopg_pool.AsyncConnectionPool[Any]:
    """procrastinate has each connection asked whether it still is one before each call, which makes two of it."""
    return psycopg_pool.AsyncConnectionPool(**{**options, "check": _see_that_it_lives})


async def _see_that_it_lives(connection: psycopg.AsyncConnection[Any]) -> None:
    """A server that ends says so on its connections. Raises psycopg's errors, upon which the pool takes another one."""
    if has_news(connection):
        await psycopg_pool.AsyncConnectionPool.check_connection(connection)


async def _end(worker: Worker, running: asyncio.Task[None]) -> None:
    """Ends the worker if it still runs, and logs the error that it ended with.

    Told to stop, it finishes its jobs. Until it has its id it does not hear that, and is cancelled; but that can get
    lost on its way to the database (`asyncio.wait_for` before Python 3.12), and then it has to be told after all."""
    while not running.done():
        if worker.worker_id is None:
            running.cancel()
        else:
            worker.stop()  # type: ignore[no-untyped-call]  # procrastinate leaves it untyped
        await asyncio.wait({running}, timeout=TELL_AGAIN_SECONDS)
    if not running.cancelled() and (exc := running.exception()):
        log.warning("The worker of %s ended (%s).", worker.worker_name, type(exc).__name__)


class Workers:
    def __init__(
        self,
        database: Database,
        take_turns: Callable[[UUID], Awaitable[None]],
        send: Callable[[str, UUID], Awaitable[None]],
        keep_files: Callable[[str, UUID], Awaitable[None]],
        *,
        tell_desk: Callable[[UUID], Awaitable[None]] | None = None,
        do_chores: Callable[[], Awaitable[None]] | None = None,
        payload_days: int = 30,
        dead_after_seconds: float = DEAD_AFTER_SECONDS,
    ) -> None:
        self._database = database
        self._tell_desk = tell_desk
        self._do_chores = do_chores
        self._payload_days = payload_days
        self._dead_after_seconds = dead_after_seconds
        self._running: dict[int, int] = {}  # the job's id → the worker's
        self._worker_ids: set[int] = set()
        self._app = self._make_app(take_turns, send, keep_files)

    async def run(self, channels: list[str], assistant_is_ready: Callable[[], bool] | None) -> None:
        """Turns, unless there is no assistant here, sends on these channels, and what an outside desk is told, if it is
        told here, until cancelled."""
        try:
            await self._app.open_async()
            heed_cancellation()  # it can get lost there, see `_end`
            async with asyncio.TaskGroup() as group:
                if assistant_is_ready is not None:
                    group.create_task(self._turns(assistant_is_ready), name="turns")
                for channel in channels:
                    group.create_task(self._keep_working(send_queue(channel)), name=f"sends on {channel}")
                if self._tell_desk is not None:
                    group.create_task(self._keep_working(DESK_QUEUE), name="outside desk")
                group.create_task(self._rescue(), name="rescue of jobs")
        finally:
            # Also what was cancelled while it opened: its connections' tasks would keep the process from ending.
            await self._app.close_async()

    def _make_app(
        self,
        take_turns: Callable[[UUID], Awaitable[None]],
        send: Callable[[str, UUID], Awaitable[None]],
        keep_files: Callable[[str, UUID], Awaitable[None]],
    ) -> App:
        connector = PsycopgConnector(
            conninfo=libpq_url(self._database.url),
            kwargs={
                "options": f"-c search_path={QUEUE_SCHEMA} -c timezone=UTC",
                "connect_timeout": 5,
                "application_name": "deskhand queue",
            },
            pool_factory=_pool,
            configure=_commit_each_statement,
            min_size=1,
            max_size=4,
        )
        app = App(connector=connector)

        async def turns_job(conversation_id: str) -> None:
            await take_turns(UUID(conversation_id))

        async def send_job(channel: str, contact_id: str) -> None:
            await send(channel, UUID(contact_id))

        async def media_job(channel: str, message_id: str) -> None:
            await keep_files(channel, UUID(message_id))

        async def desk_job(conversation_id: str) -> None:
            if self._tell_desk is not None:
                await self._tell_desk(UUID(conversation_id))

        async def purge_job(timestamp: int) -> None:
            await purge(self._database, datetime.now(UTC) - timedelta(days=self._payload_days))

        async def chores_job(timestamp: int) -> None:
            if self._do_chores is not None:
                await self._do_chores()

        app.periodic(cron=CHORES_AT)(app.task(name=CHORES_TASK, queue=TURN_QUEUE, lock=CHORES_TASK)(chores_job))
        app.periodic(cron=PURGE_AT)(app.task(name=PURGE_TASK, queue=TURN_QUEUE, lock=PURGE_TASK)(purge_job))
        app.task(name=TURN_TASK, retry=Again())(turns_job)
        app.task(name=SEND_TASK, retry=Again())(send_job)
        app.task(name=MEDIA_TASK, retry=Again())(media_job)
        app.task(name=DESK_TASK, retry=Again())(desk_job)
        return app

    async def _turns(self, assistant_is_ready: Callable[[], bool]) -> None:
        await until(assistant_is_ready)
        await self._keep_working(TURN_QUEUE)

    async def _keep_working(self, queue: str) -> None:
        """A worker ends when the database goes away; then another one begins."""
        while True:
            worker = Worker(
                self._app,
                queues=[queue],
                name=queue,
                concurrency=JOBS_AT_ONCE,
                fetch_job_polling_interval=POLL_SECONDS,
                update_heartbeat_interval=HEARTBEAT_SECONDS,
                stalled_worker_timeout=self._dead_after_seconds,
                shutdown_graceful_timeout=FINISH_SECONDS,
                install_signal_handlers=False,
                delete_jobs="always",
                worker_middleware=[self._note_running],
            )
            runs = worker.run()  # type: ignore[no-untyped-call]  # procrastinate leaves it untyped
            running = asyncio.create_task(runs, name=f"worker of {queue}")
            try:
                await asyncio.wait({running})
            finally:
                await _end(worker, running)
            await asyncio.sleep(1)

    async def _note_running(self, call_next: Callable[[], Awaitable[Any]], context: JobContext, worker: Any) -> Any:
        job_id = context.job.id or 0
        self._worker_ids.add(worker.worker_id)
        self._running[job_id] = worker.worker_id
        try:
            return await call_next()
        except Later:
            raise
        except Exception as exc:
            # procrastinate tells it in a line for each job that ends, which nobody wants to see.
            log.warning("Job %s (%s) failed (%s).", job_id, context.job.task_name, type(exc).__name__)
            raise
        finally:
            self._running.pop(job_id, None)

    # -- jobs that nobody works on

    async def _rescue(self) -> None:
        suspects: set[int] = set()
        while True:
            await asyncio.sleep(RESCUE_SECONDS)
            try:
                await self._rescue_from_the_dead()
                suspects = await self._rescue_own(suspects)
            except (DatabaseUnavailable, ProcrastinateException) as exc:
                log.warning("Jobs could not be looked after (%s).", type(exc).__name__)
            heed_cancellation()

    async def _rescue_from_the_dead(self) -> None:
        """Jobs whose worker has shown no sign of life run again. One process at a time looks after them: two
        could take a job from each other that one of them has begun anew."""
        async with self._database.begin() as connection:
            if not await connection.scalar(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": _RESCUE_LOCK}):
                return
            stalled = await self._app.job_manager.get_stalled_jobs(seconds_since_heartbeat=self._dead_after_seconds)
            for job in stalled:
                if job.id not in self._running:
                    log.warning("Job %s of a process that ended runs again.", job.id)
                    await self._app.job_manager.retry_job(job, retry_at=datetime.now(UTC))

    async def _rescue_own(self, suspects: set[int]) -> set[int]:
        """Jobs that ended here while the database did not listen. Returns those to look at the next time."""
        found: set[int] = set()
        for worker_id in self._worker_ids:
            doing = await self._app.job_manager.list_jobs_async(status="doing", worker_id=worker_id)
            found |= {job.id for job in doing if job.id is not None and job.id not in self._running}
        for job_id in found & suspects:
            log.warning("Job %s ended without a note of it and runs again.", job_id)
            await self._app.job_manager.retry_job_by_id_async(job_id, retry_at=datetime.now(UTC))
        return found - suspects
