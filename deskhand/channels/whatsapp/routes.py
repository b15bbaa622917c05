"""The two addresses that Meta calls: one to see that the webhook is ours, one to tell what happened."""

from __future__ import annotations

import hmac
import json
import logging
from dataclasses import replace

from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from deskhand.channels.delivery.contracts import Cause, Inbox
from deskhand.channels.webhooks import log_without_content, read_body
from deskhand.channels.whatsapp import parts, signature, webhook
from deskhand.channels.whatsapp.options import WhatsAppOptions
from deskhand.channels.whatsapp.typed_choices import with_typed_choices
from deskhand.conversation.model import DeliveryReport, InboundEvent
from deskhand.store.errors import DatabaseUnavailable, MessageIdTaken

log = logging.getLogger(__name__)

MOST_BYTES = 4 * 1024 * 1024
"""Meta's webhooks have at most 3 MB."""
MOST_CHALLENGE = 256


class Routes:
    def __init__(self, options: WhatsAppOptions, inbox: Inbox) -> None:
        self._options = options
        self._inbox = inbox

    def add_to(self, blueprint: Blueprint) -> None:
        async def receive(request: Request) -> HTTPResponse:  # sanic marks it as streaming: a method cannot be marked
            return await self.receive(request)

        blueprint.add_route(self.verify, "/webhook", methods=["GET"], name="verify")
        blueprint.add_route(receive, "/webhook", methods=["POST"], stream=True, name="receive")

    async def verify(self, request: Request) -> HTTPResponse:
        """Meta asks once, when the address is entered there: whoever knows our word is given theirs back."""
        wanted = self._options.verify_token.get_secret_value().encode()
        given = request.args.get("hub.verify_token", "").encode("utf-8", "replace")
        challenge = request.args.get("hub.challenge", "")
        known = hmac.compare_digest(wanted, given) and request.args.get("hub.mode") == "subscribe"
        if not known or not (challenge.isascii() and challenge.isprintable() and 0 < len(challenge) <= MOST_CHALLENGE):
            return response.empty(status=403)
        return response.text(challenge, headers={"x-content-type-options": "nosniff"})

    async def receive(self, request: Request) -> HTTPResponse:
        """200 when everything is stored. Otherwise Meta tells again, for up to seven days."""
        given = request.headers.get(signature.HEADER, "")
        if not signature.has_form(given):
            return response.empty(status=401)
        body = await read_body(request, MOST_BYTES)
        if body is None:
            return response.empty(status=413)
        if not signature.is_genuine(body, given, self._options.app_secret.get_secret_value()):
            log.warning("A webhook for WhatsApp had a wrong signature. If it is Meta's: DESKHAND_WHATSAPP_APP_SECRET.")
            return response.empty(status=401)
        try:
            payload = json.loads(body)
        except (ValueError, RecursionError):
            return response.empty(status=400)
        told = webhook.read(payload, self._options.phone_number_id)
        events = tuple(self._with_template(event) for event in told.events)
        if told.ignored:
            log.debug("Ignored in a webhook for WhatsApp: %s", told.ignored)
        return response.empty(status=200 if await self._stored(events) else 503)

    def _with_template(self, event: InboundEvent) -> InboundEvent:
        """WhatsApp may tell only after taking a message that it was too late for free words."""
        if isinstance(event, DeliveryReport) and event.cause == Cause.WINDOW_CLOSED:
            return replace(event, instead=parts.chosen_template(self._options.template))
        return event

    async def _stored(self, events: tuple[InboundEvent, ...]) -> bool:
        if not events:
            return True
        try:
            await self._inbox.take(await with_typed_choices(events, self._inbox))
        except DatabaseUnavailable as exc:
            log.error("A webhook for WhatsApp was not stored: %s", exc)
            return False
        except Exception as exc:
            if len(events) > 1:  # one that cannot be stored must not keep back the others, which are many customers'
                return all([await self._stored((event,)) for event in events])
            log_without_content(log, "Something in a webhook for WhatsApp was not stored", exc)
            # An id that another customer's message has will be theirs tomorrow, too.
            return isinstance(exc, MessageIdTaken)
        return True
