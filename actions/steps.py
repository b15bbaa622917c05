"""Steps that many forms share: which order, and a last yes or no."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

from actions.base import CLEAR, JOB_SLOTS, EndForm, Step
from actions.turn import Turn
from actions.wording import order_title
from deskhand.conversation.identity import Proof
from deskhand.conversation.reading import Option, choose, is_plain_yes, read_order_number, read_yes_or_no
from deskhand.crm.types import Order

HINT = "?"
"""Marks a slot that holds what the customer said, until identity is known and it can be matched."""
SHOWN = 5
SURE_YES = 0.8
"""From this confidence on a yes counts that has other words beside it."""


class OrderStep(Step):
    """Which order. Subclasses say which ones are suitable, and what to say of the others."""

    slot = "order_number"

    @abstractmethod
    def suits(self, order: Order, turn: Turn) -> bool: ...

    @abstractmethod
    def refuse(self, order: Order, turn: Turn) -> None:
        """Says why this order is not suitable."""

    @abstractmethod
    def none_suits(self, orders: Sequence[Order], turn: Turn) -> None:
        """Says that no order is suitable."""

    def question(self, turn: Turn) -> str:
        return "utter_which_order"

    async def read(self, turn: Turn) -> Any:
        for said in [*turn.entities("order_number"), turn.text]:
            number = read_order_number(said, bare=turn.asked != "one_time_code")
            if number:
                return number
        if not turn.text:
            return None
        if turn.intent == "correct" and turn.get(self.slot) and re.search(r"\b(order|one|other)\b", turn.text, re.I):
            return await self._another(turn)
        if turn.asked in {None, self.slot} and (turn.asked is None or turn.answers()):
            return await self._pointed_at(turn) if turn.asked else f"{HINT}{turn.text[:200]}"
        return None

    async def _another(self, turn: Turn) -> Any:
        current = turn.get(self.slot)
        others = [order for order in await self._orders(turn) if order.number != current and self.suits(order, turn)]
        named = choose(turn.text, [option(order) for order in others])
        if len(named) == 1:
            return named[0]
        return others[0].number if len(others) == 1 else CLEAR

    async def _pointed_at(self, turn: Turn) -> str | None:
        orders = [order for order in await self._orders(turn) if self.suits(order, turn)]
        found = choose(turn.text, [option(order) for order in orders])
        return found[0] if len(found) == 1 else None

    async def _orders(self, turn: Turn) -> list[Order]:
        record = await turn.services.verifications.get(turn.conversation_id)
        if record.customer_id is None or record.proof(turn.now) < Proof.MATCHED:
            return []
        return list(await turn.services.crm.orders(record.customer_id))

    async def settle(self, turn: Turn) -> bool:
        orders = await self._orders(turn)
        suitable = [order for order in orders if self.suits(order, turn)]
        said = turn.get(self.slot)
        if said and said.startswith(HINT):
            said = self._match(said[len(HINT) :], orders, suitable)
            turn.set(self.slot, said)
        if said:
            order = next((order for order in orders if order.number == said), None)
            if order and self.suits(order, turn):
                return True
            turn.set(self.slot, None)
            if order:
                self.refuse(order, turn)
                if not suitable:
                    raise EndForm
                return False
            turn.say("utter_order_not_found", order_number=said)
        if not suitable:
            self.none_suits(orders, turn)
            raise EndForm
        if len(suitable) == 1 and not said:
            turn.set(self.slot, suitable[0].number)
            return True
        return False

    def _match(self, text: str, orders: list[Order], suitable: list[Order]) -> str | None:
        for among in (suitable, orders):
            found = choose(text, [option(order) for order in among])
            if len(found) == 1:
                return found[0]
        return None

    async def ask(self, turn: Turn) -> None:
        orders = [order for order in await self._orders(turn) if self.suits(order, turn)][:SHOWN]
        turn.say(
            self.question(turn),
            buttons=[
                {"title": order_title(order), "payload": f'/inform{{"order_number": "{order.number}"}}'}
                for order in orders
            ],
        )


def option(order: Order) -> Option:
    """An order by everything that a customer may call it."""
    words = [order.number, order.address.city]
    for item in order.items:
        words += [item.product, item.colour or ""]
    return Option(order.number, tuple(words))


class ConfirmStep(Step):
    """The last yes or no before something changes. Subclasses say what is about to happen."""

    slot = "confirm"
    also_yes: tuple[str, ...] = ()

    @abstractmethod
    async def summarise(self, turn: Turn) -> None:
        """Says exactly what will happen, with `YES_NO` buttons."""

    async def read(self, turn: Turn) -> Any:
        if turn.asked != self.slot or _corrects(turn):
            return None
        if self._agrees(turn):
            return True
        if turn.intent == "deny" and turn.confidence >= 0.5:
            return False
        no = turn.answers() and turn.intent != "correct" and read_yes_or_no(turn.text) is False
        return False if no else None

    def _agrees(self, turn: Turn) -> bool:
        """A yes that cannot be taken back must be one: nothing else may be in it, unless the intent is very sure."""
        if not turn.text:
            return turn.intent == "affirm"  # a button
        if is_plain_yes(turn.text):
            return True
        sure = turn.intent in {"affirm", *self.also_yes} and turn.confidence >= SURE_YES
        return sure and not turn.has_entities and "?" not in turn.text and not _hesitates(turn.text)

    async def ask(self, turn: Turn) -> None:
        await self.summarise(turn)


def _corrects(turn: Turn) -> bool:
    """Whether the message changes an earlier answer: "no, at 3" is neither a yes nor the end."""
    return any(turn.tracker.slots.get(slot) != value for slot, value in turn.changes.items() if slot in JOB_SLOTS)


def _hesitates(text: str) -> bool:
    return bool(re.search(r"\b(but|wait|not|don'?t|no)\b", text, re.IGNORECASE))


_CANCEL_IT = re.compile(
    r"\W*(?:(?:yes|yeah|yep|ok|okay|please|just)\W+)*cancel(?: (?:it|this|that|my \w+|the \w+))?"
    r"(?: (?:please|pls|now|anyway|then|thanks))*\W*",
    re.IGNORECASE,
)


class ConfirmCancelling(ConfirmStep):
    """Where something is about to be cancelled, "cancel it" is a yes."""

    async def read(self, turn: Turn) -> Any:
        if turn.asked == self.slot and _CANCEL_IT.fullmatch(turn.text):
            return True
        return await super().read(turn)


YES_NO = [{"title": "Yes", "payload": "/affirm"}, {"title": "No", "payload": "/deny"}]


class ChoiceStep(Step):
    """One of a few named things. Subclasses give the options once identity is known."""

    entity: str = ""

    @abstractmethod
    async def options(self, turn: Turn) -> Sequence[Option]: ...

    async def read(self, turn: Turn) -> Any:
        said = [*(turn.entities(self.entity) if self.entity else []), *self._text(turn)]
        if not said:
            return None
        options = await self.options(turn)
        for text in said:
            exact = [option.key for option in options if option.key == text]
            found = exact or choose(text, options)
            if len(found) == 1:
                return found[0]
        return None

    def _text(self, turn: Turn) -> list[str]:
        return [turn.text] if turn.text and turn.asked == self.slot and turn.answers() else []
