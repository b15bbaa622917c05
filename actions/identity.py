"""The steps that establish who we are speaking with. What counts is the record in the database, never a slot."""

from __future__ import annotations

import re
from typing import Any

from actions.base import EndForm, Step
from actions.turn import Turn
from deskhand.conversation.escalation import Reason
from deskhand.conversation.identity import IdentityRecord, Proof
from deskhand.conversation.reading import read_code, read_email, read_order_number, read_postcode
from deskhand.crm.types import Customer
from deskhand.store.verifications import TooManyCodes


async def proven_customer(turn: Turn, needed: Proof) -> str | None:
    """The id of the customer in this conversation if they proved it well enough, else None."""
    record = await turn.services.verifications.get(turn.conversation_id)
    return record.customer_id if record.proof(turn.now) >= needed else None


async def _record(turn: Turn) -> IdentityRecord:
    return await turn.services.verifications.get(turn.conversation_id)


def _give_up_if_locked(turn: Turn, record: IdentityRecord) -> None:
    if record.locked:
        turn.say("utter_identity_locked")
        raise EndForm(Reason.IDENTITY_NOT_VERIFIED)


class EmailStep(Step):
    """The email address; with the second fact at hand it looks for the customer whom both belong to."""

    slot = "email"

    async def read(self, turn: Turn) -> Any:
        for said in [*turn.entities("email"), turn.whole_text]:
            email = read_email(said)
            if email:
                return email
        return None

    async def settle(self, turn: Turn) -> bool:
        record = await _record(turn)
        _give_up_if_locked(turn, record)
        if record.proof(turn.now) >= Proof.MATCHED:
            return True
        email, fact = turn.get("email"), turn.get("identity_fact")
        if not email or not fact:
            return bool(email)
        verifications = turn.services.verifications
        claimed = await verifications.claim_try(email)
        try:
            customer = await _find(turn, email, fact) if claimed else None
        except Exception:  # a CRM that is away says nothing about the facts
            if claimed:
                await verifications.give_back(claimed)
            raise
        if customer is not None:
            await verifications.record_match(turn.conversation_id, customer.id, claimed)
            return True
        turn.set("email", None)
        turn.set("identity_fact", None)
        # A refused try is told like a mismatch, but does not prolong the limit: it would never end for the owner.
        record = await verifications.record_failure(turn.conversation_id)
        _give_up_if_locked(turn, record)
        turn.say("utter_identity_mismatch")
        return False


async def _find(turn: Turn, email: str, fact: str) -> Customer | None:
    is_order = fact.startswith("FW-")
    return await turn.services.crm.find_customer(
        email, postcode=None if is_order else fact, order_number=fact if is_order else None
    )


class IdentityFactStep(Step):
    """The second fact: a postcode or an order number."""

    slot = "identity_fact"

    async def read(self, turn: Turn) -> Any:
        if (await _record(turn)).proof(turn.now) >= Proof.MATCHED:
            return None
        asked = turn.asked == self.slot and turn.answers()
        for said in [*turn.entities("order_number"), turn.text]:
            number = read_order_number(said, bare=asked or said != turn.text)
            if number:
                return number
        # A postcode that comes with the wish itself may be where a parcel should go.
        if turn.asked in {"email", self.slot} or (read_email(turn.text) and not turn.entities("address")):
            for said in [*turn.entities("postcode"), turn.text]:
                postcode = read_postcode(said, any_shape=asked and not read_email(said))
                if postcode:
                    return postcode
        return None

    async def settle(self, turn: Turn) -> bool:
        return (await _record(turn)).proof(turn.now) >= Proof.MATCHED


_LIKE_A_CODE = re.compile(r"\d(?:\s*\d){3}")
"""What may be meant as a code. A house number, a postcode or an hour is none, and must not count as a try."""


class CodeStep(Step):
    """The one-time code that was sent to the email address on file."""

    slot = "one_time_code"

    async def read(self, turn: Turn) -> Any:
        if turn.asked != self.slot:
            return None
        if read_order_number(turn.text, bare=False):
            return None
        code = next((read_code(said) for said in [*turn.entities("code"), turn.text] if read_code(said)), None)
        if code is None and _LIKE_A_CODE.search(turn.text) and turn.answers():
            return turn.text[:20]  # too few or too many digits: wrong, and told so
        return code

    async def settle(self, turn: Turn) -> bool:
        record = await _record(turn)
        if record.proof(turn.now) >= Proof.CONFIRMED:
            return True
        code = turn.get(self.slot)
        if code is None:
            return False
        turn.set(self.slot, None)
        if await turn.services.verifications.check_code(turn.conversation_id, code):
            return True
        _give_up_if_locked(turn, await _record(turn))
        turn.say("utter_code_wrong")
        return False

    async def ask(self, turn: Turn) -> None:
        if turn.asked != self.slot:
            await send_code(turn)
        elif (not turn.fresh or turn.wishes) and not turn.did("action_resend_code"):
            turn.say("utter_code_reminder")


async def send_code(turn: Turn) -> None:
    """Sends a new code to the address on file and says so. Raises `EndForm` when there may be no more."""
    record = await _record(turn)
    if record.customer_id is None:
        return
    customer = await turn.services.crm.customer(record.customer_id)
    try:
        code = await turn.services.verifications.issue_code(turn.conversation_id, customer.id)
    except TooManyCodes:
        turn.say("utter_too_many_codes", buttons=[{"title": "A person, please", "payload": "/request_human"}])
        return
    business = turn.services.settings.business_name
    await turn.services.mailer.send(
        customer.email,
        f"{code} is your {business} code",
        f"Your code is {code}. It works for 10 minutes, in the chat in which you asked for it.\n\n"
        f"If that wasn't you, ignore this email: without the code nothing can be changed. "
        f"Nobody from {business} will ever ask you for it by phone or email.",
    )
    turn.say("utter_code_sent")


MATCHED: tuple[type[Step], ...] = (EmailStep, IdentityFactStep)
CONFIRMED: tuple[type[Step], ...] = (*MATCHED, CodeStep)


def identity_steps(needed: Proof) -> list[Step]:
    """The steps that a form begins with, by how sure it must be of the customer."""
    return [step() for step in (CONFIRMED if needed is Proof.CONFIRMED else MATCHED)]
