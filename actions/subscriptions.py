"""The monthly subscription: what it is, pausing it, going on, another plan, and leaving as easily as one came."""

from __future__ import annotations

from abc import abstractmethod
from datetime import date
from typing import Any

from actions.base import DeskAction, EndForm, JobForm, Step, forget_job
from actions.checks import confirmed_after
from actions.identity import identity_steps, proven_customer
from actions.steps import ConfirmCancelling, ConfirmStep
from actions.subscription_steps import (
    Active,
    MonthsStep,
    NotCancelled,
    OnHold,
    PlanStep,
    ResumeDayStep,
    describe,
    resume_day,
    subscription_of,
    today,
)
from actions.turn import Turn
from actions.wording import day, money
from deskhand.conversation.identity import Proof
from deskhand.conversation.reading import mentions_no_pause
from deskhand.crm import rules
from deskhand.crm.protocol import NotAllowed
from deskhand.crm.types import Plan, Subscription, SubscriptionStatus

ANYTHING_ELSE = {"offer": "anything_else"}
NO = {"title": "No", "payload": "/deny"}
MADE = "made"
"""In `offer_accepted`: a pause was offered and not yet answered. False: it was declined."""


class ConfirmPause(ConfirmStep):
    also_yes = ("pause_subscription",)

    async def summarise(self, turn: Turn) -> None:
        subscription = await subscription_of(turn)
        after = rules.paused(subscription, int(turn.get("months")))
        turn.say(
            "utter_confirm_pause",
            plan=subscription.plan.name,
            months=in_months(int(turn.get("months"))),
            skipped=day(subscription.next_charge_on) if subscription.next_charge_on else "",
            until=day(after.paused_until) if after.paused_until else "",
            price=money((subscription.next_plan or subscription.plan).monthly_price),
            buttons=[{"title": "Yes, pause it", "payload": "/affirm"}, NO],
        )


def in_months(months: int) -> str:
    return "1 month" if months == 1 else f"{months} months"


class ValidatePauseSubscriptionForm(JobForm):
    form = "pause_subscription_form"

    def steps(self) -> list[Step]:
        return [*confirmed_after(Active()), MonthsStep(), ConfirmPause()]


class SubscriptionChange(DeskAction):
    """A change that was shown and agreed to. What is refused after all is told by how things are now."""

    changes_something = True
    refused = "utter_subscription_changed_meanwhile"

    async def act(self, turn: Turn) -> None:
        customer_id = await proven_customer(turn, Proof.CONFIRMED)
        confirmed, wanted = turn.get("confirm"), {slot: turn.get(slot) for slot in ("months", "plan", "resume_on")}
        forget_job(turn)
        if confirmed is False:
            turn.say("utter_nothing_changed")
        if not (customer_id and confirmed and self.complete(wanted)):
            return
        try:
            await self.change(turn, customer_id, wanted)
        except NotAllowed:
            now = await turn.services.crm.subscription(customer_id)
            turn.say(self.refused, state=describe(now, today(turn)) if now else "")
            return
        turn.say("utter_anything_else", custom=ANYTHING_ELSE)

    def complete(self, wanted: dict[str, Any]) -> bool:
        return True

    @abstractmethod
    async def change(self, turn: Turn, customer_id: str, wanted: dict[str, Any]) -> None:
        """Does it and says so. Raises `NotAllowed`."""


class PauseSubscriptionAction(SubscriptionChange):
    action = "action_pause_subscription"

    def complete(self, wanted: dict[str, Any]) -> bool:
        return isinstance(wanted["months"], int)

    async def change(self, turn: Turn, customer_id: str, wanted: dict[str, Any]) -> None:
        paused = await turn.services.crm.pause_subscription(customer_id, wanted["months"])
        turn.say(
            "utter_subscription_paused",
            plan=paused.plan.name,
            until=day(paused.paused_until) if paused.paused_until else "",
            price=money((paused.next_plan or paused.plan).monthly_price),
        )


class ConfirmResume(ConfirmStep):
    also_yes = ("resume_subscription",)

    async def summarise(self, turn: Turn) -> None:
        subscription, on = await subscription_of(turn), resume_day(turn)
        after = rules.resumed(subscription, on, today(turn))
        turn.say(
            "utter_confirm_resume",
            plan=subscription.plan.name,
            start=f"on {day(on)}" if on else "today",
            charge=day(after.next_charge_on) if after.next_charge_on else "",
            price=money((subscription.next_plan or subscription.plan).monthly_price),
            buttons=[{"title": "Yes, resume it", "payload": "/affirm"}, NO],
        )


class ValidateResumeSubscriptionForm(JobForm):
    form = "resume_subscription_form"

    def steps(self) -> list[Step]:
        return [*confirmed_after(OnHold()), ResumeDayStep(), ConfirmResume()]


class ResumeSubscriptionAction(SubscriptionChange):
    action = "action_resume_subscription"

    async def change(self, turn: Turn, customer_id: str, wanted: dict[str, Any]) -> None:
        on = resume_day(turn, wanted["resume_on"])
        resumed = await turn.services.crm.resume_subscription(customer_id, on)
        turn.say(
            "utter_subscription_resumed",
            plan=resumed.plan.name,
            start=f"on {day(resumed.paused_until)}" if resumed.paused_until else "today",
            charge=day(resumed.next_charge_on) if resumed.next_charge_on else "",
            price=money((resumed.next_plan or resumed.plan).monthly_price),
        )


class ConfirmPlan(ConfirmStep):
    also_yes = ("change_plan",)

    async def summarise(self, turn: Turn) -> None:
        subscription, plan = await subscription_of(turn), await _plan(turn, turn.get("plan"))
        keeps = plan.id == subscription.plan.id
        turn.say(
            "utter_confirm_keep_plan" if keeps else "utter_confirm_change_plan",
            old=subscription.plan.name,
            next=subscription.next_plan.name if subscription.next_plan else "",
            plan=plan.name,
            price=money(plan.monthly_price),
            difference=difference(subscription.plan, plan),
            start=day(subscription.next_charge_on) if subscription.next_charge_on else "",
            buttons=[{"title": "Yes, change it", "payload": "/affirm"}, NO],
        )


async def _plan(turn: Turn, plan_id: str) -> Plan:
    for plan in await turn.services.crm.plans():
        if plan.id == plan_id:
            return plan
    raise EndForm


def difference(old: Plan, new: Plan) -> str:
    """ "£9 more", "£6 less"."""
    gap = new.monthly_price - old.monthly_price
    return f"{money(abs(gap))} {'more' if gap > 0 else 'less'}"


class ValidateChangePlanForm(JobForm):
    form = "change_plan_form"

    def steps(self) -> list[Step]:
        return [*confirmed_after(Active()), PlanStep(), ConfirmPlan()]


class ChangePlanAction(SubscriptionChange):
    action = "action_change_plan"

    def complete(self, wanted: dict[str, Any]) -> bool:
        return bool(wanted["plan"])

    async def change(self, turn: Turn, customer_id: str, wanted: dict[str, Any]) -> None:
        changed = await turn.services.crm.change_plan(customer_id, wanted["plan"])
        plan = changed.next_plan or changed.plan
        turn.say(
            "utter_plan_changed" if changed.next_plan else "utter_plan_kept",
            plan=plan.name,
            price=money(plan.monthly_price),
            start=day(changed.next_charge_on) if changed.next_charge_on else "",
        )


class OfferStep(Step):
    """Remembers that the one offer was made, or was declined before it could be. Never asks by itself."""

    slot = "offer_accepted"

    async def read(self, turn: Turn) -> Any:
        return False if turn.asked in {None, "confirm"} and mentions_no_pause(turn.text) else None

    async def settle(self, turn: Turn) -> bool:
        return True


def ending(cancelled: Subscription, on: date) -> str:
    """ "on Monday 14 December, the last day you've paid for", or "today"."""
    if cancelled.ends_on is None or cancelled.ends_on <= on:
        return "today"
    return f"on {day(cancelled.ends_on)}, the last day you've paid for"


class ConfirmCancelSubscription(ConfirmCancelling):
    """Date and cost, with the one offer beside the question: it takes no turn of its own."""

    also_yes = ("cancel_subscription",)

    async def read(self, turn: Turn) -> Any:
        if turn.asked == self.slot and turn.intent in self.also_yes and mentions_no_pause(turn.text):
            return True
        return await super().read(turn)

    async def summarise(self, turn: Turn) -> None:
        subscription = await subscription_of(turn)
        after = rules.cancelled(subscription, today(turn))
        said = turn.get("offer_accepted")
        possible = said is not False and subscription.status is SubscriptionStatus.ACTIVE
        offering = possible and said != MADE
        if offering:
            turn.set("offer_accepted", MADE)  # in words once; the button stays
        pause = {"title": "Pause instead", "payload": "/pause_subscription"}
        turn.say(
            "utter_confirm_cancel_subscription_or_pause" if offering else "utter_confirm_cancel_subscription",
            plan=subscription.plan.name,
            end=ending(after, today(turn)),
            buttons=[
                {"title": "Yes, cancel it", "payload": "/affirm"},
                *([pause] if possible else []),
                {"title": "No, keep it", "payload": "/deny"},
            ],
        )


class ValidateCancelSubscriptionForm(JobForm):
    form = "cancel_subscription_form"

    def steps(self) -> list[Step]:
        return [*confirmed_after(NotCancelled()), OfferStep(), ConfirmCancelSubscription()]


class CancelSubscriptionAction(SubscriptionChange):
    action = "action_cancel_subscription"

    async def change(self, turn: Turn, customer_id: str, wanted: dict[str, Any]) -> None:
        cancelled = await turn.services.crm.cancel_subscription(customer_id)
        turn.say(
            "utter_subscription_cancelled",
            plan=cancelled.plan.name,
            end=ending(cancelled, today(turn)),
        )


class ValidateCheckSubscriptionForm(JobForm):
    form = "check_subscription_form"

    def steps(self) -> list[Step]:
        return identity_steps(Proof.MATCHED)


class CheckSubscriptionAction(DeskAction):
    """Says what the subscription is and costs, and what can be done with it."""

    action = "action_check_subscription"

    async def act(self, turn: Turn) -> None:
        customer_id = await proven_customer(turn, Proof.MATCHED)
        forget_job(turn)
        if customer_id is None:
            return
        subscription = await turn.services.crm.subscription(customer_id)
        if subscription is None:
            turn.say("utter_no_subscription")
            return
        turn.say(text=describe(subscription, today(turn)), buttons=_possible(subscription))


def _possible(subscription: Subscription) -> list[dict[str, str]]:
    match subscription.status:
        case SubscriptionStatus.ACTIVE:
            wishes = [("Pause it", "pause_subscription"), ("Change plan", "change_plan")]
        case SubscriptionStatus.PAUSED:
            wishes = [("Resume it", "resume_subscription")]
        case _:
            return []
    return [
        {"title": title, "payload": f"/{intent}"} for title, intent in [*wishes, ("Cancel it", "cancel_subscription")]
    ]
