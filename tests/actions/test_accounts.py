"""Password, verification, lock and code, as the customer sees them."""

from __future__ import annotations

import pytest

from actions import accounts
from actions.accounts import (
    ResendCodeAction,
    ResetPasswordAction,
    UnlockAccountAction,
    ValidatePasswordResetForm,
    ValidateUnlockAccountForm,
    ValidateVerifyAccountForm,
    VerifyAccountAction,
    links_sent,
)
from deskhand.settings import Settings
from tests.fakes.chat import Chat

AISHA, LEO, JO = "C-900005", "C-900006", "C-900001"  # locked; not verified; neither


@pytest.fixture
def chat(tmp_path, monkeypatch):
    monkeypatch.setattr(accounts, "ANSWER_AFTER_SECONDS", 0.01)
    return Chat(
        [
            (ValidatePasswordResetForm(), ResetPasswordAction()),
            (ValidateVerifyAccountForm(), VerifyAccountAction()),
            (ValidateUnlockAccountForm(), UnlockAccountAction()),
        ],
        Settings(data_dir=tmp_path),
        others={"resend_code": ResendCodeAction()},
    )


async def test_password_link_goes_to_the_address(chat):
    assert await chat.say("forgot my password", "reset_password") == []
    assert chat.asked == "email"  # Rasa itself utters utter_ask_email
    await chat.say("jo.bright@example.com")
    await links_sent()
    assert chat.said == ["utter_link_sent", "utter_anything_else"]
    [(to, _, text)] = chat.mailer.sent
    assert to == "jo.bright@example.com"
    assert "https://fernway.example/account/new-password" in text


async def test_password_answer_does_not_tell_whether_the_account_exists(chat):
    known = await chat.say("reset pw, jo.bright@example.com", "reset_password")
    about_known = chat.answer("utter_link_sent")
    unknown = await chat.say("reset pw, nobody@example.com", "reset_password")
    await links_sent()
    assert known == unknown == ["utter_link_sent", "utter_anything_else"]
    assert {**about_known, "email": ""} == {**chat.answer("utter_link_sent"), "email": ""}
    assert len(chat.mailer.sent) == 1


async def test_password_answer_does_not_wait_for_the_mail(chat):
    chat.mailer.down = True
    assert await chat.say("reset pw, jo.bright@example.com", "reset_password") == [
        "utter_link_sent",
        "utter_anything_else",
    ]
    chat.mailer.down = False
    await links_sent()
    assert len(chat.mailer.sent) == 1


async def test_password_link_for_the_account_already_proven_needs_no_address(chat):
    await chat.be(JO, confirmed=False)
    await chat.say("forgot my password", "reset_password")
    await links_sent()
    assert [to for to, *_ in chat.mailer.sent] == ["jo.bright@example.com"]


async def test_mistyped_address_is_asked_for_again_next_time(chat):
    await chat.say("reset pw, jo.brigt@example.com", "reset_password")
    await chat.say("wrong address, reset again", "reset_password")
    assert chat.asked == "email"


async def test_password_links_end_after_a_few_in_one_chat(chat):
    for _ in range(3):
        await chat.say("reset pw, jo.bright@example.com", "reset_password")
    assert await chat.say("reset pw, jo.bright@example.com", "reset_password") == ["utter_too_many_links"]
    await links_sent()
    assert len(chat.mailer.sent) == 3


async def test_password_links_end_after_five_in_an_hour_over_all_chats_and_nothing_shows_it(chat):
    for _ in range(5):
        await chat.crm.create_password_reset(JO)
    assert await chat.say("reset pw, jo.bright@example.com", "reset_password") == [
        "utter_link_sent",
        "utter_anything_else",
    ]
    await links_sent()
    assert chat.mailer.sent == []
    assert chat.crm.calls.count("create_password_reset") == 6  # refused once, and not tried again


async def test_a_link_whose_mail_failed_at_first_counts_once(chat):
    chat.mailer.down = True
    await chat.say("reset pw, jo.bright@example.com", "reset_password")
    chat.mailer.down = False
    await links_sent()
    assert chat.crm.calls.count("create_password_reset") == 1
    assert len(chat.mailer.sent) == 1


async def test_crm_down_is_said_calmly_and_can_be_tried_again(chat):
    chat.crm.down = True
    assert await chat.say("reset pw, jo.bright@example.com", "reset_password") == ["utter_system_unavailable"]
    assert chat.buttons["Try again"] == "/reset_password"
    chat.crm.down = False
    assert "utter_link_sent" in await chat.press("Try again")
    await links_sent()


async def test_unlocks_after_two_facts_and_the_code(chat):
    await chat.say("i'm locked out", "unlock_account")
    assert chat.asked == "email"
    await chat.say("aisha.khan@example.com")
    assert chat.asked == "identity_fact"
    assert await chat.say("B15 3TR") == ["utter_code_sent"]
    assert (await chat.crm.customer(AISHA)).locked
    assert await chat.say("100001") == ["utter_account_unlocked"]
    assert not (await chat.crm.customer(AISHA)).locked


async def test_several_facts_in_one_message_count(chat):
    assert await chat.say("unlock aisha.khan@example.com FW-200106", "unlock_account") == ["utter_code_sent"]


async def test_account_that_is_not_locked_is_said_before_a_code_is_sent(chat):
    assert await chat.say("unlock jo.bright@example.com, LS6 2AB", "unlock_account") == ["utter_not_locked"]
    assert chat.mailer.sent == []
    assert chat.form is None


async def test_account_that_is_not_locked_is_said_once_to_the_confirmed(chat):
    await chat.be(JO)
    assert await chat.say("unlock me", "unlock_account") == ["utter_not_locked"]


async def test_verifies_the_email_address(chat):
    await chat.say("verify my account leo.marsh@example.com NE2 1AA", "verify_account")
    assert "utter_account_verified" in await chat.say("1 0 0 0 0 1")
    assert (await chat.crm.customer(LEO)).email_verified


async def test_verified_already_is_said_before_a_code_is_sent(chat):
    said = await chat.say("verify jo.bright@example.com LS6 2AB", "verify_account")
    assert said == ["utter_already_verified"]
    assert chat.mailer.sent == []


async def test_verified_already_is_said_once_to_the_confirmed(chat):
    await chat.be(JO)
    assert await chat.say("verify me", "verify_account") == ["utter_already_verified"]


async def test_code_is_sent_again_and_asked_for_once(chat):
    await chat.say("unlock aisha.khan@example.com B15 3TR", "unlock_account")
    assert await chat.say("i didnt get the code", "resend_code") == ["utter_code_sent"]
    assert chat.asked == "one_time_code"
    assert await chat.say("100001") == ["utter_code_wrong"]  # only the newest counts
    assert await chat.say("100002") == ["utter_account_unlocked"]


async def test_codes_end_after_three(chat):
    await chat.say("unlock aisha.khan@example.com B15 3TR", "unlock_account")
    await chat.say("again", "resend_code")
    await chat.say("again", "resend_code")
    assert await chat.say("again", "resend_code") == ["utter_too_many_codes"]
    assert await chat.say("100003") == ["utter_account_unlocked"]


async def test_code_wished_before_there_is_one(chat):
    await chat.say("i'm locked out", "unlock_account")
    assert await chat.say("where is the code", "resend_code") == ["utter_no_code_yet"]
    assert chat.asked == "email"


async def test_code_wished_when_nothing_waits_for_one(chat):
    assert await chat.say("send me the code", "resend_code") == ["utter_no_code_awaited"]


async def test_three_wrong_facts_lead_to_a_person(chat):
    await chat.say("unlock me", "unlock_account")
    for _ in range(2):
        assert await chat.say("aisha.khan@example.com, ZZ1 1ZZ") == ["utter_identity_mismatch"]
    assert await chat.say("aisha.khan@example.com, ZZ1 1ZZ") == ["utter_identity_locked"]
    assert chat.slots["handoff_reason"] == "identity_not_verified"
    assert (await chat.crm.customer(AISHA)).locked


async def test_three_wrong_codes_lead_to_a_person(chat):
    await chat.say("unlock aisha.khan@example.com B15 3TR", "unlock_account")
    await chat.say("999999")
    await chat.say("12345")  # too few digits are wrong as well
    assert await chat.say("999998") == ["utter_identity_locked"]
    assert chat.slots["handoff_reason"] == "identity_not_verified"
    assert (await chat.crm.customer(AISHA)).locked


async def test_facts_of_two_customers_do_not_match(chat):
    said = await chat.say("unlock aisha.khan@example.com LS6 2AB", "unlock_account")
    assert said == ["utter_identity_mismatch"]


async def test_proof_in_a_slot_counts_for_nothing(chat):
    chat.slots.update(email="aisha.khan@example.com", identity_fact="x", one_time_code="100001", confirm=True)
    await chat._run(UnlockAccountAction())
    assert chat.said == []
    assert (await chat.crm.customer(AISHA)).locked


async def test_crm_down_in_the_middle(chat):
    await chat.say("unlock me", "unlock_account")
    chat.crm.down = True
    assert await chat.say("aisha.khan@example.com, B15 3TR") == ["utter_system_unavailable"]
    assert chat.form is None
    assert chat.buttons == {"Try again": "/unlock_account", "A person, please": "/request_human"}


async def test_another_account_job_in_the_middle_takes_over(chat):
    await chat.say("unlock me", "unlock_account")
    await chat.say("actually i just forgot my password", "reset_password")
    assert chat.form == "password_reset_form"
