"""Getting people into their accounts: a new password, a verified email address, a lock taken off, a code again."""

from __future__ import annotations

import asyncio
import logging

from actions.base import DeskAction, EndForm, JobForm, Step, forget_job
from actions.checks import Check, confirmed_after
from actions.identity import EmailStep, proven_customer, send_code
from actions.services import Services
from actions.turn import Turn
from deskhand.conversation.identity import Proof
from deskhand.crm.protocol import NotAllowed
from deskhand.crm.types import Customer
from deskhand.errors import DeskhandError

logger = logging.getLogger(__name__)

ANSWER_AFTER_SECONDS = 0.5
"""The answer to a password reset comes after so long whether an account exists or not."""
LINKS_PER_CONVERSATION = 3
SENDING_TRIES = 3
PERSON = {"title": "A person, please", "payload": "/request_human"}

_sending: set[asyncio.Task[None]] = set()
"""Holds links on their way: asyncio itself forgets tasks that nobody holds."""


class AnyEmailStep(EmailStep):
    """An email address that need not prove anything: what is sent to it helps only those who can read its mail."""

    async def settle(self, turn: Turn) -> bool:
        return await _proven_email(turn) is not None or turn.get(self.slot) is not None


async def _proven_email(turn: Turn) -> str | None:
    customer_id = await proven_customer(turn, Proof.MATCHED)
    return (await turn.services.crm.customer(customer_id)).email if customer_id else None


class ValidatePasswordResetForm(JobForm):
    form = "password_reset_form"

    def steps(self) -> list[Step]:
        return [AnyEmailStep()]


class ResetPasswordAction(DeskAction):
    """Sends a link, if an account uses the address. The answer is always the same, and takes as long."""

    action = "action_reset_password"

    async def act(self, turn: Turn) -> None:
        email = turn.get("email") or await _proven_email(turn)
        forget_job(turn)
        if email is None:
            return
        if _times_done(turn, self.action) >= LINKS_PER_CONVERSATION:
            turn.say("utter_too_many_links", buttons=[PERSON])
            return
        customer = await turn.services.crm.customer_by_email(email)
        if customer is not None:
            _start_sending(turn.services, customer)
        await asyncio.sleep(ANSWER_AFTER_SECONDS)
        turn.say("utter_link_sent", email=email)
        turn.say("utter_anything_else", custom={"offer": "anything_else"})
        if await proven_customer(turn, Proof.MATCHED) is None:
            turn.set("email", None)  # it proved nothing, and may have been mistyped


def _times_done(turn: Turn, action: str) -> int:
    return sum(event.get("event") == "action" and event.get("name") == action for event in turn.tracker.events)


def _start_sending(services: Services, customer: Customer) -> None:
    task = asyncio.create_task(_send_link(services, customer))
    _sending.add(task)
    task.add_done_callback(_sending.discard)


async def _send_link(services: Services, customer: Customer) -> None:
    """Tries a few times. It cannot tell the customer when it fails: that would tell that the account exists."""
    link: str | None = None
    for attempt in range(SENDING_TRIES):
        try:
            # One link for all tries: links are counted.
            link = link or await services.crm.create_password_reset(customer.id)
            await services.mailer.send(
                customer.email,
                f"A new password for {services.settings.business_name}",
                f"Here you can set a new password:\n\n{link}\n\nThe link works once, for an hour.\n\n"
                f"If you didn't ask for it, ignore this email: your password stays as it is.",
            )
            return
        except NotAllowed as exc:
            logger.info("A password link was not sent (%s).", exc.reason)
            return
        except DeskhandError as exc:
            logger.warning("A password link could not be sent (%s).", type(exc).__name__)
            await asyncio.sleep(2.0**attempt)
    logger.error("A password link was given up after %s tries.", SENDING_TRIES)


async def links_sent() -> None:
    """Waits until no link is on its way any more."""
    while _sending:
        await asyncio.wait(set(_sending))


class NotVerifiedYet(Check):
    async def check(self, turn: Turn, customer_id: str) -> None:
        if (await turn.services.crm.customer(customer_id)).email_verified and not await _confirmed(turn):
            turn.say("utter_already_verified")
            raise EndForm


class LockedOut(Check):
    async def check(self, turn: Turn, customer_id: str) -> None:
        if not (await turn.services.crm.customer(customer_id)).locked and not await _confirmed(turn):
            turn.say("utter_not_locked")
            raise EndForm


async def _confirmed(turn: Turn) -> bool:
    """With the code given there is nothing to spare the customer: the action itself says how things are."""
    return await proven_customer(turn, Proof.CONFIRMED) is not None


class ValidateVerifyAccountForm(JobForm):
    form = "verify_account_form"

    def steps(self) -> list[Step]:
        return confirmed_after(NotVerifiedYet())


class VerifyAccountAction(DeskAction):
    action = "action_verify_account"
    changes_something = True

    async def act(self, turn: Turn) -> None:
        customer_id = await proven_customer(turn, Proof.CONFIRMED)
        forget_job(turn)
        if customer_id is None:
            return
        if (await turn.services.crm.customer(customer_id)).email_verified:
            turn.say("utter_already_verified")
            return
        await turn.services.crm.verify_email(customer_id)
        turn.say("utter_account_verified")
        turn.say("utter_anything_else", custom={"offer": "anything_else"})


class ValidateUnlockAccountForm(JobForm):
    form = "unlock_account_form"

    def steps(self) -> list[Step]:
        return confirmed_after(LockedOut())


class UnlockAccountAction(DeskAction):
    action = "action_unlock_account"
    changes_something = True

    async def act(self, turn: Turn) -> None:
        customer_id = await proven_customer(turn, Proof.CONFIRMED)
        forget_job(turn)
        if customer_id is None:
            return
        try:
            await turn.services.crm.unlock(customer_id)
        except NotAllowed:
            turn.say("utter_not_locked")
            return
        turn.say("utter_account_unlocked")


class ResendCodeAction(DeskAction):
    """A new code, when one is being waited for. The form then goes on without asking a second time."""

    action = "action_resend_code"

    async def act(self, turn: Turn) -> None:
        if turn.tracker.active_loop and turn.asked == "one_time_code":
            await send_code(turn)
        elif turn.tracker.active_loop:
            turn.say("utter_no_code_yet")
        else:
            turn.say("utter_no_code_awaited")
