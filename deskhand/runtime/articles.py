"""Brings what is answered from up to date with the articles, before customers are served."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

from deskhand.errors import DeskhandError
from deskhand.runtime.supervisor import Part
from deskhand.runtime.supervisor.child import Child
from deskhand.store.database import Database

FOLDER = "knowledge"
_GRACE_SECONDS = 10.0


async def sync_articles(project: Path, url: str, say: Callable[[str], None]) -> bool:
    """Syncs the project's articles if anything changed. What goes wrong is said, and is no reason not to start: the
    articles that are stored still answer. Returns whether all are as their files are."""
    folder = project / FOLDER
    if not folder.is_dir():
        say(f"There is no folder {FOLDER}/ with articles: no question can be answered from one.")
        return False
    try:
        if not await _is_behind(folder, url):
            return True
    except DeskhandError as error:
        say(f"The articles are not up to date: {error}")
        return False
    say("Bringing the articles up to date.")
    if await _run(folder, url, say):
        say("Not all articles are up to date, as said above. All of what is wrong: deskhand knowledge sync --check")
        return False
    return True


async def _is_behind(folder: Path, url: str) -> bool:
    from deskhand.knowledge.sync import built_in, is_behind  # not for a project without articles

    database = Database(url)
    try:
        return await is_behind(folder, database, await asyncio.to_thread(built_in))
    finally:
        await database.close()


async def _run(folder: Path, url: str, say: Callable[[str], None]) -> int:
    """In a process of its own, which gives back the encoder's memory. Returns the exit code."""

    async def never() -> bool:
        return False

    command = [sys.executable, "-m", "deskhand.cli", "knowledge", "sync", "--quick", "--folder", str(folder)]
    child = await Child.start(Part("articles", command, never, {"DATABASE_URL": url}))
    try:
        await child.relay(lambda line: say(line) if line.strip() else None)
        return await child.wait()
    finally:
        await child.stop(_GRACE_SECONDS)
