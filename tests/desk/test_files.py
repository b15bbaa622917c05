"""Files that customers sent: shown to agents, and harmless."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import unquote
from uuid import UUID, uuid4

import pytest
from sanic import response

from deskhand.conversation.model import Attachment, AttachmentKind
from deskhand.conversation.signing import is_signed
from deskhand.settings import Settings
from deskhand.store.database import Database
from deskhand.store.uploads import Uploads
from tests.desk.site import serving
from tests.desk.talks import Talks
from tests.sanic_servers import new_app, served

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20
HOSTILE_NAME = '"><script>alert(1)</script>\r\nx: y.png'


async def uploaded(db: Database, talks: Talks, name: str, mime_type: str, content: bytes) -> tuple[UUID, UUID]:
    """A web chat message with a file. The conversation's and the message's id."""
    kept = await Uploads(db).add("webchat", "cara", name, mime_type, content)
    await Uploads(db).keep("webchat", "cara", [kept.id])
    kind = AttachmentKind.IMAGE if mime_type.startswith("image/") else AttachmentKind.DOCUMENT
    attachment = Attachment(kind, media_id=str(kept.id), mime_type=mime_type, file_name=name, size=len(content))
    return await talks.write("look", channel="webchat", attachments=(attachment,))


async def test_a_picture_is_shown_in_its_place(site, talks, db):
    talk, message = await uploaded(db, talks, "tent.png", "image/png", PNG)
    ann = await site.signed_in("Ann Arbor")
    address = f"/conversations/{talk}/files/{message}/0"
    assert f'src="{address}"' in (await ann.page(f"/conversations/{talk}")).text
    answer = await ann.get(address)
    assert (answer.content, answer.headers["content-type"]) == (PNG, "image/png")
    assert answer.headers["content-disposition"].startswith("inline")
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("mime_type", ["text/html", "image/svg+xml", "application/pdf", "text/xml", ""])
async def test_what_could_run_is_saved_and_not_shown(site, talks, db, mime_type):
    talk, message = await uploaded(db, talks, "x.html", mime_type, b"<script>alert(1)</script>")
    ann = await site.signed_in("Ann Arbor")
    answer = await ann.get(f"/conversations/{talk}/files/{message}/0")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")


async def test_a_hostile_name_is_only_a_name(site, talks, db):
    talk, message = await uploaded(db, talks, HOSTILE_NAME, "image/png", PNG)
    ann = await site.signed_in("Ann Arbor")
    assert "<script>alert" not in (await ann.page(f"/conversations/{talk}")).text
    answer = await ann.get(f"/conversations/{talk}/files/{message}/0")
    assert "x" not in answer.headers
    assert unquote(answer.headers["content-disposition"]).endswith(HOSTILE_NAME)


async def test_a_file_is_found_in_its_own_conversation_only(site, talks, db):
    talk, message = await uploaded(db, talks, "tent.png", "image/png", PNG)
    other, _ = await talks.write("hello", contact="other")
    ann = await site.signed_in("Ann Arbor")
    for address in (
        f"/conversations/{other}/files/{message}/0",
        f"/conversations/{talk}/files/{message}/1",
        f"/conversations/{talk}/files/{uuid4()}/0",
        f"/conversations/{talk}/files/nothing/0",
    ):
        assert (await ann.get(address)).status_code == 404, address
    assert (await site.client().get(f"/conversations/{talk}/files/{message}/0")).status_code == 303


@pytest.fixture
async def assistant() -> AsyncIterator[str]:
    """Hands out "bytes" for what is signed with the key."""
    app = new_app()

    @app.get("/deskhand/files/<message_id:uuid>/<place:int>")
    async def file(request: Any, message_id: UUID, place: int) -> Any:
        at, signature = request.args.get("at", ""), request.args.get("signature", "")
        if not is_signed(message_id, place, at, signature, "key", now=int(at)):
            return response.empty(404)
        return response.raw(b"bytes")

    async with served(app) as address:
        yield address


async def voice(talks: Talks) -> tuple[UUID, UUID]:
    attachment = Attachment(AttachmentKind.AUDIO, media_id="m1", mime_type="audio/ogg; codecs=opus")
    return await talks.write("", attachments=(attachment,))


async def test_files_of_other_channels_come_through_the_assistant(db, talks, assistant):
    async with serving(db, settings=Settings(assistant_url=assistant, session_key="key")) as site:
        talk, message = await voice(talks)
        ann = await site.signed_in("Ann Arbor")
        answer = await ann.get(f"/conversations/{talk}/files/{message}/0")
        assert (answer.content, answer.headers["content-type"]) == (b"bytes", "audio/ogg")


@pytest.mark.parametrize("settings", [{"assistant_url": "http://127.0.0.1:9"}, {"session_key": "another"}])
async def test_a_file_that_cannot_be_had_is_said_to_be_so(db, talks, assistant, settings):
    options = {"assistant_url": assistant, "session_key": "key", **settings}
    async with serving(db, settings=Settings(**options)) as site:
        talk, message = await voice(talks)
        ann: Any = await site.signed_in("Ann Arbor")
        answer = await ann.get(f"/conversations/{talk}/files/{message}/0")
        assert answer.status_code == 409
        assert "does not" in answer.text
