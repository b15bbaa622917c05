from __future__ import annotations

import pytest
from rasa.shared.core.events import BotUttered

from deskhand.channels.output import CollectingOutput
from deskhand.conversation.model import Button, Citation, Reply


async def collected(*messages):
    output = CollectingOutput()
    for message in messages:
        await output.send_response("conversation", message)
    return output.replies


async def test_everything_of_one_response_is_one_reply():
    event = BotUttered(
        "Here is what I found.",
        {
            "buttons": [{"title": "Thanks", "payload": "/thank"}],
            "custom": {"citations": [{"title": "Returns", "url": "https://fernway.example/returns"}]},
        },
    )
    assert await collected(event.message()) == [
        Reply(
            "Here is what I found.",
            (Button("Thanks", "/thank"),),
            (Citation("Returns", "https://fernway.example/returns"),),
        )
    ]


async def test_paragraphs_stay_one_reply():
    (reply,) = await collected({"text": "One.\n\nTwo."})
    assert reply.text == "One.\n\nTwo."


async def test_quick_replies_are_buttons_and_a_button_without_payload_says_its_title():
    (reply,) = await collected(
        {"text": "Which?", "quick_replies": [{"title": "Blue"}, {"title": "Red", "payload": "/r"}]}
    )
    assert reply.buttons == (Button("Blue", "Blue"), Button("Red", "/r"))


async def test_pictures_and_attachments_become_links():
    image, document = await collected(
        {"image": "https://fernway.example/tent.png"}, {"attachment": "https://fernway.example/label.pdf"}
    )
    assert image.text == "[Picture](https://fernway.example/tent.png)"
    assert image.image == "https://fernway.example/tent.png"
    assert document.text == "[Document](https://fernway.example/label.pdf)"


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"text": None},
        {"text": "  "},
        {"custom": {"internal": 1}},
        {"custom": "text"},
        {"buttons": [{"payload": "/x"}]},
        {"buttons": ["x", None]},
        {"custom": {"citations": [{"url": "https://x.example"}, 3]}},
        {"image": "javascript:alert(1)"},
        {"image": 7},
    ],
)
async def test_what_a_customer_cannot_be_shown_is_left_out(message):
    assert await collected(message) == []


async def test_every_way_that_rasa_sends_is_collected():
    output = CollectingOutput()
    await output.send_text_message("c", "a")
    await output.send_text_with_buttons("c", "b", [{"title": "B", "payload": "/b"}])
    await output.send_quick_replies("c", "q", [{"title": "Q", "payload": "/q"}])
    await output.send_image_url("c", "https://x.example/i.png")
    await output.send_attachment("c", "https://x.example/a.pdf")
    await output.send_custom_json("c", {"text": "json"})
    await output.send_elements("c", [{"title": "t", "subtitle": "s", "buttons": [{"title": "E", "payload": "/e"}]}])
    assert [reply.text for reply in output.replies] == [
        "a",
        "b",
        "q",
        "[Picture](https://x.example/i.png)",
        "[Document](https://x.example/a.pdf)",
        "json",
        "t : s",
    ]


async def test_what_is_said_after_the_turns_end_goes_to_whoever_comes_afterwards():
    afterwards = CollectingOutput()
    output = CollectingOutput(afterwards=afterwards)
    await output.send_text_message("c", "in the turn")
    output.end()
    await output.send_text_message("c", "a reminder")
    assert [reply.text for reply in output.replies] == ["in the turn"]
    assert [reply.text for reply in afterwards.replies] == ["a reminder"]


async def test_with_nobody_afterwards_it_is_not_added_to_replies_that_are_stored():
    output = CollectingOutput()
    output.end()
    await output.send_text_message("c", "a reminder")
    assert output.replies == []
