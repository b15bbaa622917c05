"""The steps of a change to a subscription: is there one that it suits, how long, from when, which plan."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from actions.base import EndForm, Step
from actions.checks import Check
from actions.steps import HINT
from actions.turn import Turn
from actions.wording import day, money
from deskhand.conversation.identity import Proof
from deskhand.conversation.reading import (
    read_months,
    read_pause,
    read_plan_wish,
    read_until_day,
    read_until_month,
    read_when,
    read_yes_or_no,
)
from deskhand.crm import rules
from deskhand.crm.protocol import NotAllowed
from deskhand.crm.types import Plan, Subscription, SubscriptionStatus

MAX_MONTHS = rules.MAX_PAUSE_MONTHS
UNTIL = "until-"
RESUME = [{"title": "Resume it", "payload": "/resume_subscription"}]


def today(turn: Turn) -> date:
    return turn.now.astimezone(turn.services.timezone).date()


async def subscription_of(turn: Turn) -> Subscription:
    """Raises `EndForm` when there is none to speak of."""
    record = await turn.services.verifications.get(turn.conversation_id)
    found = await turn.services.crm.subscription(record.customer_id) if record.customer_id else None
    if found is None:
        raise EndForm
    return found


def describe(subscription: Subscription, on: date) -> str:
    """The state of a subscription in a sentence or two."""
    plan, price = subscription.plan, money(subscription.plan.monthly_price)
    if subscription.status is SubscriptionStatus.CANCELLED:
        if subscription.ends_on and subscription.ends_on >= on:
            ends = day(subscription.ends_on)
            return f"Your {plan.name} plan is cancelled. It runs until {ends}, and costs nothing more."
        return f"Your {plan.name} plan is cancelled and has ended. Nothing is being charged."
    coming = subscription.next_plan
    after = f" It then changes to {coming.name} at {money(coming.monthly_price)} a month." if coming else ""
    if subscription.status is SubscriptionStatus.PAUSED:
        until = f" until {day(subscription.paused_until)}" if subscription.paused_until else ""
        return f"Your {plan.name} plan ({price} a month) is paused{until}. Nothing is charged before then.{after}"
    charge = f" The next payment is on {day(subscription.next_charge_on)}." if subscription.next_charge_on else ""
    return f"You're on the {plan.name} plan at {price} a month.{charge}{after}"


class HasSubscription(Check):
    """There is one, and it is in the right state. Subclasses say which and what to say of the others."""

    suitable: tuple[SubscriptionStatus, ...]

    async def check(self, turn: Turn, customer_id: str) -> None:
        subscription = await turn.services.crm.subscription(customer_id)
        if subscription is None:
            turn.say("utter_no_subscription")
            raise EndForm
        if subscription.status not in self.suitable:
            self.refuse(turn, subscription)
            raise EndForm

    def refuse(self, turn: Turn, subscription: Subscription) -> None:
        paused = subscription.status is SubscriptionStatus.PAUSED
        turn.say(text=describe(subscription, today(turn)), buttons=RESUME if paused else None)


class Active(HasSubscription):
    suitable = (SubscriptionStatus.ACTIVE,)


class OnHold(HasSubscription):
    suitable = (SubscriptionStatus.PAUSED,)

    def refuse(self, turn: Turn, subscription: Subscription) -> None:
        if subscription.status is SubscriptionStatus.ACTIVE:
            turn.say("utter_not_paused", state=describe(subscription, today(turn)))
        else:
            turn.say("utter_cancelled_not_resumed", state=describe(subscription, today(turn)))


class NotCancelled(HasSubscription):
    suitable = (SubscriptionStatus.ACTIVE, SubscriptionStatus.PAUSED)


class MonthsStep(Step):
    """How long the pause is. While the longest one is on offer instead of a longer wish, the slot holds "?3";
    "until-3" is a wish to begin again in March, "until-2027-03-15" on that day; both count from the next payment."""

    slot = "months"
    offered = f"{HINT}{MAX_MONTHS}"

    async def read(self, turn: Turn) -> Any:
        asked = turn.asked == self.slot
        if asked and turn.get(self.slot) == self.offered and turn.answers("pause_subscription"):
            if turn.intent == "affirm" or read_yes_or_no(turn.text):
                return MAX_MONTHS
            if turn.intent == "deny" and read_pause(turn.text) is None:
                return 0
        if not (turn.activating or turn.answers("pause_subscription")):
            return None
        until = read_until_day(turn.text, turn.now, turn.services.timezone, bare=asked)
        if until and not read_months(turn.text):
            return f"{UNTIL}{until.isoformat()}"
        for said in turn.entities("months"):
            if months := read_months(said, bare=True):
                return months
        if months := read_pause(turn.text, bare=asked or (turn.asked == "confirm" and turn.intent != "affirm")):
            return months
        month = read_until_month(turn.text)
        return f"{UNTIL}{month}" if month else None

    async def settle(self, turn: Turn) -> bool:
        months = turn.get(self.slot)
        if isinstance(months, str) and months.startswith(UNTIL):
            until = months.removeprefix(UNTIL)
            months = await (
                self._months_until(int(until), turn)
                if until.isdigit()
                else self._months_until_day(date.fromisoformat(until), turn)
            )
            turn.set(self.slot, months)
        if months == 0:
            turn.set(self.slot, None)
            turn.say("utter_nothing_changed")
            raise EndForm
        if isinstance(months, int) and months > MAX_MONTHS:
            turn.set(self.slot, self.offered)
        return isinstance(months, int) and 0 < months <= MAX_MONTHS

    async def _months_until(self, month: int, turn: Turn) -> int | None:
        """None when the next payment is in that month anyway."""
        charge = (await subscription_of(turn)).next_charge_on
        return (month - charge.month) % 12 or None if charge else None

    async def _months_until_day(self, until: date, turn: Turn) -> int | None:
        """The fewest whole months that reach the day, saying so when they go beyond it. None when the next payment
        is later anyway."""
        charge = (await subscription_of(turn)).next_charge_on
        if charge is None or until <= charge:
            return None
        months = next(n for n in range(1, 100) if rules.add_months(charge, n) >= until or n > MAX_MONTHS)
        again = rules.add_months(charge, months)
        if months <= MAX_MONTHS and again != until:
            turn.say("utter_pause_whole_months", wish=day(until), until=day(again))
        return months

    async def ask(self, turn: Turn) -> None:
        if turn.get(self.slot) == self.offered:
            longest = {"title": "Pause for 3 months", "payload": f'/inform{{"months": "{MAX_MONTHS}"}}'}
            turn.say("utter_pause_too_long", buttons=[longest, {"title": "No, leave it", "payload": "/deny"}])
            return
        titles = {1: "1 month", 2: "2 months", 3: "3 months"}
        choices = [{"title": t, "payload": f'/inform{{"months": "{n}"}}'} for n, t in titles.items()]
        turn.say("utter_pause_how_long", buttons=choices)


class ResumeDayStep(Step):
    """From when it goes on: at once, unless the customer names a day."""

    slot = "resume_on"

    async def read(self, turn: Turn) -> Any:
        if not (turn.activating or (turn.asked == "confirm" and turn.answers("resume_subscription"))):
            return None
        said = turn.entities("when") or ([turn.text] if turn.asked == "confirm" else [])
        window = next(filter(None, (read_when(text, turn.now, turn.services.timezone) for text in said)), None)
        return window.start.astimezone(turn.services.timezone).date().isoformat() if window else None

    async def settle(self, turn: Turn) -> bool:
        on = resume_day(turn)
        try:
            rules.resumed(await subscription_of(turn), on, today(turn))
        except NotAllowed:
            turn.set(self.slot, None)
            turn.say("utter_resume_too_late")
        return True


def resume_day(turn: Turn, stored: str | None = None) -> date | None:
    """The day that was named, if it is still to come; None for at once."""
    said = stored or turn.get("resume_on")
    on = date.fromisoformat(said) if said else None
    return on if on and on > today(turn) else None


_ASKS = re.compile(r"\?|\b(how|what|why|which|when)\b", re.IGNORECASE)


class PlanStep(Step):
    """Which plan: by name, by price, or as "a bigger one"."""

    slot = "plan"

    async def read(self, turn: Turn) -> Any:
        if turn.asked is None:
            said = " ".join([turn.text, *turn.entities("plan")]).strip()
            return f"{HINT}{said[:200]}" if said else None
        if turn.asked not in {self.slot, "confirm"} or not turn.answers("change_plan"):
            return None
        if turn.asked == "confirm" and _ASKS.search(turn.text):
            return None  # "how much more is that?" chooses nothing
        record = await turn.services.verifications.get(turn.conversation_id)
        if record.proof(turn.now) < Proof.MATCHED:
            return None
        for said in [*turn.entities("plan"), turn.text]:
            if plan := await self._wanted(turn, said):
                return plan.id
        return None

    async def _wanted(self, turn: Turn, said: str) -> Plan | None:
        plans = await turn.services.crm.plans()
        current = (await subscription_of(turn)).plan
        place = [plan.id for plan in plans].index(current.id) if current in plans else 0
        key = read_plan_wish(said, [(plan.id, plan.name, plan.monthly_price) for plan in plans], place)
        return next((plan for plan in plans if plan.id == key), None)

    async def settle(self, turn: Turn) -> bool:
        said = turn.get(self.slot)
        if said and said.startswith(HINT):
            wanted = await self._wanted(turn, said.removeprefix(HINT))
            said = wanted.id if wanted else None
            turn.set(self.slot, said)
        subscription = await subscription_of(turn)
        if said and said == (subscription.next_plan or subscription.plan).id:
            turn.set(self.slot, None)
            turn.say("utter_same_plan", state=describe(subscription, today(turn)))
            return False
        return said is not None and said in {plan.id for plan in await turn.services.crm.plans()}

    async def ask(self, turn: Turn) -> None:
        subscription = await subscription_of(turn)
        coming = (subscription.next_plan or subscription.plan).id
        others = [plan for plan in await turn.services.crm.plans() if plan.id != coming]
        turn.say(
            "utter_which_plan",
            plan=subscription.plan.name,
            buttons=[
                {
                    "title": f"{one.name}, {money(one.monthly_price)} a month",
                    "payload": f'/inform{{"plan": "{one.name}"}}',
                }
                for one in others
            ],
        )
