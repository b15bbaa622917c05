"""What actions work with. Opened when the server starts or on the first turn, and never at import: rasa-sdk makes
actions while it loads."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from deskhand.crm.protocol import Crm
from deskhand.errors import DeskhandError
from deskhand.knowledge import Knowledge
from deskhand.knowledge.writing.summary import SummaryWriter
from deskhand.mail import Mailer
from deskhand.settings import Settings, get_settings
from deskhand.store.conversations import Conversations
from deskhand.store.desk.callbacks import Callbacks
from deskhand.store.desk.line import Line
from deskhand.store.verifications import Verifications

logger = logging.getLogger(__name__)


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Services:
    crm: Crm
    verifications: Verifications
    conversations: Conversations
    mailer: Mailer
    knowledge: Knowledge
    settings: Settings
    line: Line
    callbacks: Callbacks
    now: Callable[[], datetime] = field(default=_utc_now)
    summaries: SummaryWriter | None = None
    """Writes handoffs' summaries; None without a language model."""

    @property
    def timezone(self) -> ZoneInfo:
        return ZoneInfo(self.settings.timezone)


_opened: Services | None = None
_opening = asyncio.Lock()


async def services() -> Services:
    """The services of this process. Raises a `DeskhandError` when the database cannot be reached."""
    global _opened
    if _opened is None:
        async with _opening:
            if _opened is None:
                _opened = await _open()
    return _opened


def use(replacement: Services | None) -> None:
    """Sets other services, for tests. None: open the real ones at the next call."""
    global _opened
    _opened = replacement


async def _open() -> Services:
    from deskhand.crm.opening import open_crm
    from deskhand.knowledge.opening import open_knowledge, open_summary_writer
    from deskhand.mail import mailer_for
    from deskhand.store.database import open_database

    settings = get_settings()
    db = await open_database()
    return Services(
        crm=open_crm(db),
        verifications=Verifications(db),
        conversations=Conversations(db),
        mailer=mailer_for(settings, db),
        knowledge=open_knowledge(db, settings),
        settings=settings,
        line=Line(db),
        callbacks=Callbacks(db),
        summaries=open_summary_writer(db, settings),
    )


async def warm_up() -> None:
    """Opens the services and loads what answers from the articles need. What can't be opened is tried again when it is
    needed."""
    from deskhand.knowledge.opening import load_ahead

    loading = asyncio.create_task(load_ahead())
    try:
        await services()
    except DeskhandError as exc:
        logger.warning("The services could not be opened yet: %s", exc)
    await loading
