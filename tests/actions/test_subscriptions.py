"""Looking at a subscription, pausing, resuming, changing the plan and leaving, as the customer sees it.

It is Monday 23 November 2026. Marta has Standard, next charge on Wednesday 2 December; Emma Light, on 13 December;
Ben's Family is paused until 18 December; Chloe left; Harriet never had one.
"""

from __future__ import annotations

from datetime import date

import pytest

from actions.accounts import ResendCodeAction
from actions.subscriptions import (
    CancelSubscriptionAction,
    ChangePlanAction,
    CheckSubscriptionAction,
    PauseSubscriptionAction,
    ResumeSubscriptionAction,
    ValidateCancelSubscriptionForm,
    ValidateChangePlanForm,
    ValidateCheckSubscriptionForm,
    ValidatePauseSubscriptionForm,
    ValidateResumeSubscriptionForm,
)
from deskhand.crm.types import SubscriptionStatus
from deskhand.settings import Settings
from tests.fakes.chat import Chat

MARTA, BEN, CHLOE, EMMA, HARRIET = "C-900008", "C-900009", "C-900010", "C-900012", "C-900015"


@pytest.fixture
def chat(tmp_path):
    return Chat(
        [
            (ValidateCheckSubscriptionForm(), CheckSubscriptionAction()),
            (ValidatePauseSubscriptionForm(), PauseSubscriptionAction()),
            (ValidateResumeSubscriptionForm(), ResumeSubscriptionAction()),
            (ValidateChangePlanForm(), ChangePlanAction()),
            (ValidateCancelSubscriptionForm(), CancelSubscriptionAction()),
        ],
        Settings(data_dir=tmp_path),
        others={"ask_question": ResendCodeAction()},
    )


async def subscription(chat, customer):
    found = await chat.crm.subscription(customer)
    assert found is not None
    return found


async def test_looks_it_up_with_two_facts(chat):
    [told] = await chat.say("what plan am i on? marta.kowalska@example.com YO10 5DD", "check_subscription")
    assert told == "You're on the Standard plan at £15 a month. The next payment is on Wednesday 2 December."
    assert set(chat.buttons) == {"Pause it", "Change plan", "Cancel it"}


async def test_tells_nothing_to_the_unproven(chat):
    await chat.say("what plan am i on", "check_subscription")
    assert await chat.say("marta.kowalska@example.com LS6 2AB") == ["utter_identity_mismatch"]
    assert "subscription" not in chat.crm.calls


@pytest.mark.parametrize(
    ("customer", "told"),
    [
        (BEN, "Your Family plan (£24 a month) is paused until Friday 18 December. Nothing is charged before then."),
        (CHLOE, "Your Light plan is cancelled and has ended. Nothing is being charged."),
        (HARRIET, "utter_no_subscription"),
    ],
)
async def test_tells_every_state(chat, customer, told):
    await chat.be(customer, confirmed=False)
    assert await chat.say("my subscription?", "check_subscription") == [told]


async def test_pauses_step_by_step(chat):
    await chat.say("pause my subscription", "pause_subscription")
    await chat.say("marta.kowalska@example.com")
    assert await chat.say("yo105dd") == ["utter_code_sent"]
    assert await chat.say("100001") == ["utter_pause_how_long"]
    assert await chat.say("two") == ["utter_confirm_pause"]
    shown = chat.answer("utter_confirm_pause")
    assert (shown["months"], shown["skipped"], shown["until"], shown["price"]) == (
        "2 months",
        "Wednesday 2 December",
        "Tuesday 2 February",
        "£15",
    )
    assert (await subscription(chat, MARTA)).status is SubscriptionStatus.ACTIVE
    assert "utter_subscription_paused" in await chat.say("yes please", "affirm")
    paused = await subscription(chat, MARTA)
    assert (paused.status, paused.paused_until) == (SubscriptionStatus.PAUSED, date(2027, 2, 2))
    assert chat.answer("utter_subscription_paused")["until"] == "Tuesday 2 February"
    assert chat.slots["months"] is None


@pytest.mark.parametrize(
    ("wish", "until"),
    [
        ("pause for a month", "Saturday 2 January"),
        ("skip next month", "Saturday 2 January"),
        ("skip the next two boxes", "Tuesday 2 February"),
        ("hold my refill till march", "Tuesday 2 March"),
        ("pause it for 3 months", "Tuesday 2 March"),
    ],
)
async def test_how_long_can_be_said_with_the_wish(chat, wish, until):
    await chat.be(MARTA)
    assert await chat.say(wish, "pause_subscription") == ["utter_confirm_pause"]
    assert chat.answer("utter_confirm_pause")["until"] == until


@pytest.mark.parametrize(
    ("wish", "intent"),
    [("until 15 january", "inform"), ("till the 15th of january pls", "pause_subscription"), ("15 jan", "inform")],
)
async def test_pause_until_a_day_lasts_the_months_that_reach_it(chat, wish, intent):
    await chat.be(MARTA)
    await chat.say("pause my refills", "pause_subscription")
    assert await chat.say(wish, intent) == ["utter_pause_whole_months", "utter_confirm_pause"]
    told = chat.answer("utter_pause_whole_months")
    assert (told["wish"], told["until"]) == ("Friday 15 January", "Tuesday 2 February")
    assert chat.answer("utter_confirm_pause")["months"] == "2 months"
    assert "utter_subscription_paused" in await chat.say("ok", "affirm")
    assert (await subscription(chat, MARTA)).paused_until == date(2027, 2, 2)


async def test_pause_until_the_day_of_a_payment_is_taken_as_said(chat):
    await chat.be(MARTA)
    assert await chat.say("pause it until 2 february", "pause_subscription", months="2") == ["utter_confirm_pause"]
    assert chat.answer("utter_confirm_pause")["until"] == "Tuesday 2 February"


@pytest.mark.parametrize(
    ("wish", "said"), [("until 20 june", "utter_pause_too_long"), ("until 30 november", "utter_pause_how_long")]
)
async def test_pause_until_a_day_that_no_pause_reaches(chat, wish, said):
    await chat.be(MARTA)
    assert await chat.say(f"pause it {wish}", "pause_subscription") == [said]


async def test_too_long_is_explained_and_three_offered(chat):
    await chat.be(MARTA)
    assert await chat.say("pause for 6 months", "pause_subscription", months="6") == ["utter_pause_too_long"]
    assert await chat.say("ok then", "affirm") == ["utter_confirm_pause"]
    assert chat.answer("utter_confirm_pause")["months"] == "3 months"


@pytest.mark.parametrize(
    ("answer", "intent", "months"), [("no, 2 months", "deny", "2 months"), ("1", "inform", "1 month")]
)
async def test_too_long_then_shorter(chat, answer, intent, months):
    await chat.be(MARTA)
    await chat.say("pause for half a year", "pause_subscription")
    await chat.say(answer, intent)
    assert chat.answer("utter_confirm_pause")["months"] == months


async def test_too_long_then_not_at_all(chat):
    await chat.be(MARTA)
    await chat.say("pause for a year", "pause_subscription")
    assert await chat.say("no", "deny") == ["utter_nothing_changed"]
    assert chat.form is None


async def test_other_length_from_the_summary(chat):
    await chat.be(MARTA)
    await chat.say("pause for a month", "pause_subscription")
    assert await chat.say("no, make it 2", "deny") == ["utter_confirm_pause"]
    assert chat.answer("utter_confirm_pause")["months"] == "2 months"


async def test_pausing_what_is_paused_already(chat):
    await chat.be(BEN)
    [told] = await chat.say("pause my plan", "pause_subscription")
    assert "is paused until Friday 18 December" in told
    assert chat.buttons == {"Resume it": "/resume_subscription"}


@pytest.mark.parametrize("intent", ["pause_subscription", "resume_subscription", "change_plan", "cancel_subscription"])
async def test_no_subscription_is_said_without_a_code(chat, intent):
    assert await chat.say("harriet.stone@example.com NR2 3AB", intent) == ["utter_no_subscription"]
    assert chat.mailer.sent == []


async def test_resumes_at_once(chat):
    await chat.be(BEN)
    assert await chat.say("start my refills again", "resume_subscription") == ["utter_confirm_resume"]
    assert chat.answer("utter_confirm_resume")["start"] == "today"
    assert chat.answer("utter_confirm_resume")["price"] == "£24"
    assert "utter_subscription_resumed" in await chat.say("yes", "affirm")
    assert (await subscription(chat, BEN)).status is SubscriptionStatus.ACTIVE


async def test_resumes_on_a_day(chat):
    await chat.be(BEN)
    await chat.say("resume it on 10 december", "resume_subscription", when="10 december")
    assert chat.answer("utter_confirm_resume")["start"] == "on Thursday 10 December"
    await chat.say("yes", "affirm")
    assert (await subscription(chat, BEN)).paused_until == date(2026, 12, 10)


async def test_resume_later_than_a_pause_may_last(chat):
    await chat.be(BEN)
    said = await chat.say("resume it on 10 august", "resume_subscription", when="10 august")
    assert said == ["utter_resume_too_late", "utter_confirm_resume"]
    assert chat.answer("utter_confirm_resume")["start"] == "today"


@pytest.mark.parametrize(("customer", "told"), [(MARTA, "utter_not_paused"), (CHLOE, "utter_cancelled_not_resumed")])
async def test_resuming_what_is_not_paused(chat, customer, told):
    await chat.be(customer)
    assert await chat.say("resume", "resume_subscription") == [told]


@pytest.mark.parametrize(
    ("wish", "plan"),
    [
        ("upgrade me to family", "Family"),
        ("i want to switch to ligth", "Light"),
        ("cheaper plan please", "Light"),
        ("bump me up a plan", "Family"),
        ("i'd like the £9 one", "Light"),
        ("i am paying 15 but i want to pay 24", "Family"),
        ("can i move from Standard to Light", "Light"),
        ("the standard box is too much for me, a smaller one", "Light"),
    ],
)
async def test_names_the_plan_in_many_ways(chat, wish, plan):
    await chat.be(MARTA)
    assert await chat.say(wish, "change_plan") == ["utter_confirm_change_plan"]
    assert chat.answer("utter_confirm_change_plan")["plan"] == plan


async def test_changes_the_plan_from_the_next_charge(chat):
    await chat.be(MARTA)
    assert await chat.say("change my plan", "change_plan") == ["utter_which_plan"]
    assert list(chat.buttons) == ["Light, £9 a month", "Family, £24 a month"]
    await chat.press("Family, £24 a month")
    shown = chat.answer("utter_confirm_change_plan")
    assert (shown["old"], shown["plan"], shown["difference"], shown["start"]) == (
        "Standard",
        "Family",
        "£9 more",
        "Wednesday 2 December",
    )
    assert "utter_plan_changed" in await chat.say("yes", "affirm")
    changed = await subscription(chat, MARTA)
    assert changed.plan.name == "Standard"
    assert changed.next_plan is not None
    assert changed.next_plan.name == "Family"


async def test_other_plan_from_the_summary(chat):
    await chat.be(MARTA)
    await chat.say("upgrade to family", "change_plan")
    assert await chat.say("no sorry, light", "correct", plan="Light") == ["utter_confirm_change_plan"]
    assert chat.answer("utter_confirm_change_plan")["plan"] == "Light"


async def test_takes_a_change_back(chat):
    await chat.be(MARTA)
    await chat.crm.change_plan(MARTA, "family")
    assert await chat.say("go back to standard", "change_plan") == ["utter_confirm_keep_plan"]
    assert "utter_plan_kept" in await chat.say("yes", "affirm")
    assert (await subscription(chat, MARTA)).next_plan is None


async def test_same_plan_is_said(chat):
    await chat.be(MARTA)
    assert await chat.say("change to standard", "change_plan") == ["utter_same_plan", "utter_which_plan"]


async def test_plan_of_a_paused_subscription(chat):
    await chat.be(BEN)
    [told] = await chat.say("change to light", "change_plan")
    assert "paused" in told
    assert chat.buttons == {"Resume it": "/resume_subscription"}


async def test_leaves_in_one_question(chat):
    await chat.be(MARTA)
    said = await chat.say("cancel my subscription", "cancel_subscription")
    assert said == ["utter_confirm_cancel_subscription_or_pause"]
    assert chat.answer(said[0])["end"] == "on Tuesday 1 December, the last day you've paid for"
    assert list(chat.buttons) == ["Yes, cancel it", "Pause instead", "No, keep it"]
    assert "utter_subscription_cancelled" in await chat.press("Yes, cancel it")
    left = await subscription(chat, MARTA)
    assert (left.status, left.ends_on) == (SubscriptionStatus.CANCELLED, date(2026, 12, 1))


@pytest.mark.parametrize(
    ("answer", "intent"),
    [
        ("yes", "affirm"),
        ("cancel it", "stop"),
        ("cancel", "stop"),
        ("yes cancel my subscription please", "cancel_subscription"),
        ("no pause, just cancel", "cancel_subscription"),
    ],
)
async def test_every_way_of_saying_that_it_should_end(chat, answer, intent):
    await chat.be(MARTA)
    await chat.say("cancel my subscription", "cancel_subscription")
    await chat.say(answer, intent)
    assert (await subscription(chat, MARTA)).status is SubscriptionStatus.CANCELLED


async def test_offer_is_made_once_and_its_button_stays(chat):
    await chat.be(MARTA)
    await chat.say("cancel my subscription", "cancel_subscription")
    for _ in range(2):
        await chat.say("do i have to pay anything", "ask_question")
        assert chat.said[-1] == "utter_confirm_cancel_subscription"
        assert "Pause instead" in chat.buttons
    assert await chat.press("Pause instead") == ["utter_pause_how_long"]


@pytest.mark.parametrize("wish", ["no pause, i want to cancel it completely", "end my subscription for good"])
async def test_offer_is_not_made_to_those_who_said_no_before(chat, wish):
    await chat.be(MARTA)
    assert await chat.say(wish, "cancel_subscription") == ["utter_confirm_cancel_subscription"]
    assert "Pause instead" not in chat.buttons


async def test_pausing_instead(chat):
    await chat.be(MARTA)
    await chat.say("cancel my subscription", "cancel_subscription")
    assert await chat.press("Pause instead") == ["utter_pause_how_long"]
    await chat.press("1 month")
    await chat.say("yes", "affirm")
    assert (await subscription(chat, MARTA)).status is SubscriptionStatus.PAUSED


async def test_staying_after_all(chat):
    await chat.be(MARTA)
    await chat.say("cancel my subscription", "cancel_subscription")
    assert await chat.press("No, keep it") == ["utter_nothing_changed"]
    assert (await subscription(chat, MARTA)).status is SubscriptionStatus.ACTIVE


async def test_leaves_from_a_pause_without_an_offer(chat):
    await chat.be(BEN)
    assert await chat.say("cancel it for me", "cancel_subscription") == ["utter_confirm_cancel_subscription"]
    await chat.say("yes", "affirm")
    assert (await subscription(chat, BEN)).status is SubscriptionStatus.CANCELLED


async def test_cancelled_already(chat):
    await chat.be(CHLOE)
    [told] = await chat.say("cancel my subscription", "cancel_subscription")
    assert "is cancelled and has ended" in told


async def test_yes_counts_once(chat):
    await chat.be(MARTA)
    await chat.say("upgrade to family", "change_plan")
    await chat.say("yes", "affirm")
    chat.crm.calls.clear()
    await chat._run(ChangePlanAction())
    assert "change_plan" not in chat.crm.calls


async def test_code_proof_that_ran_out_before_the_yes_is_asked_for_again(chat):
    await chat.be(MARTA)
    await chat.say("cancel my subscription", "cancel_subscription")
    chat.later(minutes=31)
    assert await chat.say("yes", "affirm") == ["utter_code_sent"]
    assert (await subscription(chat, MARTA)).status is SubscriptionStatus.ACTIVE


async def test_confirm_in_a_slot_without_proof_changes_nothing(chat):
    await chat.be(MARTA, confirmed=False)
    chat.slots.update(confirm=True, months=2, plan="family")
    for action in (PauseSubscriptionAction(), ChangePlanAction(), CancelSubscriptionAction()):
        await chat._run(action)
    assert (await subscription(chat, MARTA)).status is SubscriptionStatus.ACTIVE
    assert (await subscription(chat, MARTA)).next_plan is None


async def test_changed_elsewhere_between_question_and_yes(chat):
    await chat.be(MARTA)
    await chat.say("pause for a month", "pause_subscription")
    await chat.crm.cancel_subscription(MARTA)
    [told] = await chat.say("yes", "affirm")
    assert "is cancelled" in told


async def test_crm_down_at_the_end_asks_again_when_it_is_back(chat):
    await chat.be(MARTA)
    await chat.say("cancel my subscription", "cancel_subscription")
    chat.crm.down = True
    assert set(await chat.say("yes", "affirm")) == {"utter_system_unavailable"}
    chat.crm.down = False
    assert (await subscription(chat, MARTA)).status is SubscriptionStatus.ACTIVE
    await chat.press("Try again")
    assert chat.asked == "confirm"
