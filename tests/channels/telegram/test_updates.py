"""What Telegram tells, and what happened."""

from __future__ import annotations

import json

import pytest

from deskhand.channels.telegram.addressing import Myself
from deskhand.channels.telegram.place import Place, place_of
from deskhand.channels.telegram.schema import Update
from deskhand.channels.telegram.updates import ChatMoved, CommandWords, chat_moved, events_in
from deskhand.conversation.model import (
    Attachment,
    AttachmentKind,
    ContactReachable,
    InboundEdit,
    InboundMessage,
    InboundReaction,
)

from .bot_api import BOT_ID, USERNAME
from .samples import ANNA, BEN, FERN, GROUP, became, message, pressed, update, wrote

ME = Myself(BOT_ID, USERNAME)
WORDS = CommandWords(start_payloads={"returns": "I want to return something"})
CHANNEL_CHAT = {"id": -100999, "type": "channel", "title": "News"}


def read(told: dict) -> Update:
    return Update.model_validate_json(json.dumps(told))


def events(told: dict) -> tuple:
    return events_in(read(told), ME, WORDS)


def said(told: dict) -> str:
    (event,) = events(told)
    assert isinstance(event, InboundMessage)
    return event.text


def test_words_are_a_message_of_the_person_in_that_chat():
    told = wrote("Where is my parcel?")
    (event,) = events(told)
    assert event == InboundMessage(
        channel="telegram",
        contact_external_id="42",
        external_id=f"42:{told['message']['message_id']}",
        text="Where is my parcel?",
        order=told["update_id"],
        contact_name="Anna",
    )


def test_the_same_message_told_again_has_the_same_id():
    told = wrote("hi")
    assert events(told) == events(json.loads(json.dumps(told)))


def test_messages_of_two_chats_with_the_same_number_have_different_ids():
    anna, ben = wrote("hi"), wrote("hi", sender=BEN)
    ben["message"]["message_id"] = anna["message"]["message_id"]
    assert events(anna)[0].external_id != events(ben)[0].external_id


def test_an_edit_names_the_message_and_is_none_itself():
    told = wrote("Where is FW-1?")
    (event,) = events(told)
    edited = update(edited_message={**told["message"], "text": "Where is FW-2?", "edit_date": 1_780_000_999})
    assert events(edited) == (InboundEdit("telegram", "42", event.external_id, "Where is FW-2?"),)


def test_a_live_location_that_moves_is_no_edit():
    moved = message(location={"latitude": 51.5, "longitude": -0.1, "live_period": 900})
    assert events(update(edited_message=moved)) == ()


def test_an_edit_in_a_group_counts_where_it_does_not_mention_us_any_more():
    told = update(edited_message=message(chat=GROUP, text="never mind", entities=[]))
    (event,) = events(told)
    assert isinstance(event, InboundEdit)


# -- commands


@pytest.mark.parametrize(
    ("typed", "heard"),
    [
        ("/start", "What can you do?"),
        ("/start returns", "I want to return something"),
        ("/start made-up", "What can you do?"),
        ('/start /cancel_order{"order_number":"FW-1"}', "What can you do?"),
        ("/help", "What can you do?"),
        ("/help with my order", "What can you do?: with my order"),
        ("/human", "I would like to talk to a person"),
        ("/HUMAN", "I would like to talk to a person"),
        ("/human@FernwayBot", "I would like to talk to a person"),
    ],
)
def test_a_command_is_heard_as_words(typed: str, heard: str):
    assert said(wrote(typed)) == heard


def test_an_unknown_command_stays_what_was_typed():
    assert said(wrote("/restart")) == "/restart"


def test_a_slash_that_is_no_command_is_text():
    assert said(wrote("24/7 please", entities=[])) == "24/7 please"


# -- groups


def test_a_group_is_heard_only_when_the_assistant_is_meant():
    assert events(wrote("Does anybody know when they open?", chat=GROUP)) == ()
    assert events(wrote("@SomebodyElse when do they open?", chat=GROUP)) == ()
    assert said(wrote("@FernwayBot when do you open?", chat=GROUP)) == "when do you open?"
    assert said(wrote("when do you open @fernwaybot", chat=GROUP)) == "when do you open"


def test_a_reply_to_the_assistant_is_meant_for_it():
    theirs = message(sender=FERN, chat=GROUP, text="Which order?")
    assert said(wrote("FW-1", chat=GROUP, reply_to_message=theirs)) == "FW-1"
    others = message(sender=BEN, chat=GROUP, text="Which order?")
    assert events(wrote("FW-1", chat=GROUP, reply_to_message=others)) == ()


def test_a_command_in_a_group_needs_the_name_as_well():
    assert events(wrote("/help", chat=GROUP)) == ()
    assert events(wrote("/help@OtherBot", chat=GROUP)) == ()
    assert said(wrote("/help@FernwayBot", chat=GROUP)) == "What can you do?"


def test_a_mention_behind_characters_of_two_units_is_found():
    assert said(wrote("🏕️👨‍👩‍👧 @FernwayBot are tents waterproof?", chat=GROUP)) == "🏕️👨‍👩‍👧  are tents waterproof?"


def test_a_mention_in_a_caption_counts():
    photo = [{"file_id": "p", "file_unique_id": "u", "width": 1, "height": 1}]
    marked = [{"type": "mention", "offset": 0, "length": 11}]
    told = update(message=message(chat=GROUP, photo=photo, caption="@FernwayBot is it this?", caption_entities=marked))
    assert said(told) == "is it this?"


def test_a_mention_of_a_person_by_link_is_found_by_their_id():
    marked = [{"type": "text_mention", "offset": 0, "length": 4, "user": FERN}]
    assert said(wrote("Fern, hi", chat=GROUP, entities=marked)) == ", hi"


def test_the_name_alone_is_a_start():
    assert said(wrote("@FernwayBot", chat=GROUP)) == WORDS.start


def test_everybody_in_a_group_is_a_contact_of_their_own_and_is_answered_there():
    anna, ben = (events(wrote("@FernwayBot hi", chat=GROUP, sender=one))[0] for one in (ANNA, BEN))
    assert anna.contact_external_id != ben.contact_external_id
    assert place_of(anna.contact_external_id) == Place(42, GROUP["id"])
    assert place_of(ben.contact_external_id) == Place(43, GROUP["id"])


def test_what_somebody_says_in_private_stays_apart_from_the_group():
    private, group = events(wrote("hi"))[0], events(wrote("@FernwayBot hi", chat=GROUP))[0]
    assert private.contact_external_id != group.contact_external_id


def test_a_topic_of_a_group_is_a_place_of_its_own():
    (event,) = events(wrote("@FernwayBot hi", chat=GROUP, message_thread_id=7, is_topic_message=True))
    assert place_of(event.contact_external_id) == Place(42, GROUP["id"], 7)
    # Replies outside of topics have a thread, too.
    (event,) = events(wrote("@FernwayBot hi", chat=GROUP, message_thread_id=7))
    assert place_of(event.contact_external_id) == Place(42, GROUP["id"])


@pytest.mark.parametrize(
    "told",
    [
        wrote("hi", sender=FERN),
        wrote("hi", sender={**BEN, "is_bot": True}),
        wrote("@FernwayBot hi", chat=GROUP, sender_chat=GROUP),
        wrote("@FernwayBot hi", chat=CHANNEL_CHAT, sender=ANNA),
        update(channel_post=message(chat=CHANNEL_CHAT, text="news")),
        update(poll={"id": "1"}),
        update(),
    ],
)
def test_what_no_person_wrote_to_us_is_nothing(told: dict):
    assert events(told) == ()


@pytest.mark.parametrize(
    "notice",
    [
        {"new_chat_members": [FERN]},
        {"left_chat_member": BEN},
        {"pinned_message": message(text="x")},
        {"new_chat_title": "Hikers"},
        {"migrate_to_chat_id": -1009},
        {"forum_topic_created": {"name": "x", "icon_color": 1}},
    ],
)
@pytest.mark.parametrize("chat", [None, GROUP])
def test_telegrams_own_notices_are_no_messages(notice: dict, chat: dict | None):
    replied = {"reply_to_message": message(sender=FERN, text="x")} if chat else {}
    assert events(update(message=message(chat=chat, **notice, **replied))) == ()


def test_a_group_that_moves_is_told_by_both_of_its_ids():
    old = {"id": -77, "type": "group", "title": "Campers"}
    assert chat_moved(read(update(message=message(chat=old, migrate_to_chat_id=-10077)))) == ChatMoved(-77, -10077)
    new = {"id": -10077, "type": "supergroup", "title": "Campers"}
    assert chat_moved(read(update(message=message(chat=new, migrate_from_chat_id=-77)))) == ChatMoved(-77, -10077)
    assert chat_moved(read(wrote("hi"))) is None


# -- blocking


def test_blocking_and_unblocking_are_told():
    assert events(became("kicked")) == (ContactReachable("telegram", "42", reachable=False),)
    assert events(became("member")) == (ContactReachable("telegram", "42", reachable=True),)


def test_being_put_out_of_a_group_is_nobodys_blocking():
    assert events(became("kicked", chat=GROUP)) == ()
    assert events(became("administrator")) == ()


# -- buttons


def test_a_pressed_button_is_its_title_and_its_id():
    told = pressed("b1", "Cancel it")
    (event,) = events(told)
    assert event == InboundMessage(
        channel="telegram",
        contact_external_id="42",
        external_id=f"callback:{told['callback_query']['id']}",
        text="Cancel it",
        button_id="b1",
        order=told["update_id"],
        contact_name="Anna",
    )


def test_a_button_in_a_group_is_pressed_by_whoever_presses_it():
    told = pressed("b1")
    told["callback_query"]["message"]["chat"] = GROUP
    told["callback_query"]["from"] = BEN
    assert events(told)[0].contact_external_id == f"43@{GROUP['id']}"


def test_a_button_under_a_message_that_is_too_old_to_be_seen_still_counts():
    told = pressed("b1")
    told["callback_query"]["message"] = {"chat": told["callback_query"]["message"]["chat"], "message_id": 5, "date": 0}
    (event,) = events(told)
    assert (event.button_id, event.text) == ("b1", "")


def test_a_press_without_data_or_message_is_nothing():
    assert events(pressed("b1", data=None)) == ()
    assert events(pressed("b1", message=None, inline_message_id="x")) == ()


# -- attachments

FILE = {"file_id": "f", "file_unique_id": "u"}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            {"voice": {**FILE, "duration": 3, "mime_type": "audio/ogg", "file_size": 900}},
            Attachment(AttachmentKind.AUDIO, "f", "audio/ogg", size=900),
        ),
        (
            {"audio": {**FILE, "duration": 3, "file_name": "song.mp3"}},
            Attachment(AttachmentKind.AUDIO, "f", "audio/mpeg", "song.mp3"),
        ),
        (
            {"document": {**FILE, "file_name": "bill.pdf", "mime_type": "application/pdf", "file_size": 5}},
            Attachment(AttachmentKind.DOCUMENT, "f", "application/pdf", "bill.pdf", 5),
        ),
        (
            {"animation": {**FILE, "width": 1, "height": 1, "duration": 1}, "document": {**FILE, "file_id": "d"}},
            Attachment(AttachmentKind.VIDEO, "f", "video/mp4"),
        ),
        ({"video_note": {**FILE, "length": 1, "duration": 1}}, Attachment(AttachmentKind.VIDEO, "f", "video/mp4")),
        (
            {"sticker": {**FILE, "type": "regular", "width": 1, "height": 1, "emoji": "👍"}},
            Attachment(AttachmentKind.STICKER, "f", "image/webp", description="👍"),
        ),
        (
            {"location": {"latitude": 51.5, "longitude": -0.125}},
            Attachment(AttachmentKind.LOCATION, description="51.500000, -0.125000"),
        ),
        (
            {
                "location": {"latitude": 51, "longitude": 0},
                "venue": {"location": {"latitude": 51, "longitude": 0}, "title": "Shop", "address": "1 High Street"},
            },
            Attachment(AttachmentKind.LOCATION, description="Shop, 1 High Street (51.000000, 0.000000)"),
        ),
        (
            {"contact": {"phone_number": "+44123", "first_name": "Bo", "last_name": "Lee"}},
            Attachment(AttachmentKind.CONTACT, description="Bo Lee +44123"),
        ),
        ({"poll": {"id": "1"}}, Attachment(AttachmentKind.UNSUPPORTED, description="poll")),
        ({"dice": {"emoji": "🎲", "value": 3}}, Attachment(AttachmentKind.UNSUPPORTED, description="dice")),
        ({"hologram_of_tomorrow": {"id": 1}}, Attachment(AttachmentKind.UNSUPPORTED)),
    ],
)
def test_what_is_sent_beside_words_is_known_by_its_kind(content: dict, expected: Attachment):
    (event,) = events(update(message=message(**content)))
    assert event.attachments == (expected,)
    assert event.text == ""


@pytest.mark.parametrize(("names", "expected"), [({}, "Anna"), ({"last_name": "Berg"}, "Anna Berg")])
def test_the_name_is_the_senders(names: dict, expected: str):
    for told in (wrote("hi", sender={**ANNA, **names}), pressed("b1", sender={**ANNA, **names})):
        (event,) = events(told)
        assert event.contact_name == expected


def test_of_a_photo_the_largest_size_is_taken_with_its_caption():
    sizes = [
        {**FILE, "file_id": f"s{side}", "width": side, "height": side, "file_size": side} for side in (90, 800, 320)
    ]
    (event,) = events(update(message=message(photo=sizes, caption="broken zip", media_group_id="9")))
    assert event.attachments == (Attachment(AttachmentKind.IMAGE, "s800", "image/jpeg", size=800),)
    assert event.text == "broken zip"


# -- the ids of contacts


@pytest.mark.parametrize("place", [Place(42, 42), Place(42, -1001234), Place(42, -1001234, 7)])
def test_an_id_says_where_to_answer(place: Place):
    assert place_of(place.external_id) == place


@pytest.mark.parametrize("wrong", ["", "x", "-42", "42@", "42@x", "42@-1/", "42@-1/x", "42 ", "٤٢"])
def test_what_is_no_id_is_refused(wrong: str):
    with pytest.raises(ValueError, match="not the id"):
        place_of(wrong)


# -- reactions


def reacted(*emoji: str | None, sender: dict | None = ANNA, chat: dict | None = None, number: int = 7) -> dict:
    new = [
        {"type": "emoji", "emoji": one} if one else {"type": "custom_emoji", "custom_emoji_id": "1"} for one in emoji
    ]
    chat = chat or {"id": ANNA["id"], "type": "private"}
    told = {"chat": chat, "message_id": number, "date": 1_780_000_000, "old_reaction": [], "new_reaction": new}
    return update(message_reaction=told | ({"user": sender} if sender else {"actor_chat": GROUP}))


@pytest.mark.parametrize(("emoji", "kept"), [(["👍"], "👍"), ([], ""), (["👍", "❤"], "👍❤"), ([None], "❔")])
def test_a_reaction_is_a_mark_on_a_message_and_no_answer(emoji: list, kept: str):
    told = reacted(*emoji)
    assert events(told) == (InboundReaction("telegram", "42", "42:7", kept, told["update_id"]),)


def test_in_a_group_a_reaction_is_of_the_person_there():
    told = reacted("👍", sender=BEN, chat=GROUP)
    (event,) = events(told)
    assert event.contact_external_id == f"{BEN['id']}@{GROUP['id']}"
    assert event.external_id == f"{GROUP['id']}:7"


def test_reactions_of_nobody_and_of_bots_are_left_alone():
    assert events(reacted("👍", sender=None, chat=GROUP)) == ()
    assert events(reacted("👍", sender=FERN)) == ()
    assert events(reacted("👍", chat=CHANNEL_CHAT)) == ()


def test_stickers_have_a_type_of_their_own():
    kinds = [{}, {"is_animated": True}, {"is_video": True}]
    told = [wrote("", sticker={"file_id": "s", "type": "regular", **kind}) for kind in kinds]
    types = []
    for one in told:
        del one["message"]["text"]
        (event,) = events(one)
        types.append(event.attachments[0].mime_type)
    assert types == ["image/webp", "application/x-tgsticker", "video/webm"]
