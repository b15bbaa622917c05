"""The endpoint against a real HTTP server that misbehaves in every way we could think of."""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
import time

import pytest

from deskhand.knowledge.writing.endpoint import MOST_BYTES, Endpoint, EndpointError
from tests.fakes.language_model import FakeLanguageModel, completion, sends

ASKED = [{"role": "system", "content": "Rules."}, {"role": "user", "content": "secret words of a customer"}]
KEY = "sk-very-secret"


def endpoint(model: FakeLanguageModel, timeout_seconds: float = 5.0) -> Endpoint:
    return Endpoint(model.url, "tiny", KEY, timeout_seconds)


async def test_a_reply_comes_with_what_it_cost(model: FakeLanguageModel) -> None:
    model.says("It is free. [1]")

    reply = await endpoint(model).complete(ASKED)

    assert (reply.text, reply.tokens, reply.cut_off) == ("It is free. [1]", 733, False)
    assert model.paths == ["/v1/chat/completions"]
    assert model.headers[0]["Authorization"] == f"Bearer {KEY}"
    asked = model.requests[0]
    assert (asked["model"], asked["messages"], asked["stream"], asked["temperature"]) == ("tiny", ASKED, False, 0)
    assert "tools" not in asked


async def test_without_a_key_none_is_sent(model: FakeLanguageModel) -> None:
    await Endpoint(model.url, "tiny").complete(ASKED)

    assert "Authorization" not in model.headers[0]


@pytest.mark.parametrize("path", ["", "/", "/chat/completions"])
async def test_the_address_may_be_given_with_or_without_its_end(model: FakeLanguageModel, path: str) -> None:
    await Endpoint(model.url + path, "tiny").complete(ASKED)

    assert model.paths == ["/v1/chat/completions"]


@pytest.mark.parametrize("tokens", [None, "many", -5, 10**12, True, {}])
async def test_what_it_cost_is_guessed_where_the_endpoint_does_not_say(model: FakeLanguageModel, tokens) -> None:
    model.does(sends(completion("It is free. [1]") | {"usage": {"total_tokens": tokens}}))

    assert 5 < (await endpoint(model).complete(ASKED)).tokens < 100


async def test_a_reply_that_ran_out_of_room_is_known_as_one(model: FakeLanguageModel) -> None:
    body = completion("It is")
    body["choices"][0]["finish_reason"] = "length"
    model.does(sends(body))

    assert (await endpoint(model).complete(ASKED)).cut_off


@pytest.mark.parametrize("behaviour", ["never_replies", "drips"])
async def test_one_that_is_slow_is_left_in_time(model: FakeLanguageModel, behaviour: str) -> None:
    model.does(getattr(model, behaviour))
    began = time.monotonic()

    with pytest.raises(EndpointError, match=r"within 0\.3 seconds"):
        await endpoint(model, timeout_seconds=0.3).complete(ASKED)

    assert time.monotonic() - began < 2


async def test_one_that_hangs_up_is_an_error(model: FakeLanguageModel) -> None:
    model.does(model.hangs_up)

    with pytest.raises(EndpointError, match="could not be reached"):
        await endpoint(model).complete(ASKED)


async def test_one_that_is_down_is_an_error() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    with pytest.raises(EndpointError, match="could not be reached"):
        await Endpoint(f"http://127.0.0.1:{port}/v1", "tiny").complete(ASKED)


@pytest.mark.parametrize(
    ("status", "headers", "wait"),
    [
        (429, {"Retry-After": "7"}, 7.0),
        (429, {}, 60.0),
        (429, {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, 60.0),
        (503, {"Retry-After": "9"}, 9.0),
        (500, {}, None),
        (401, {}, None),
        (204, {}, None),
    ],
)
async def test_other_statuses_are_errors_that_say_how_long_to_wait(model: FakeLanguageModel, status, headers, wait):
    model.does(sends("", status, headers))

    with pytest.raises(EndpointError, match=f"status {status}") as caught:
        await endpoint(model).complete(ASKED)

    assert caught.value.retry_after_seconds == wait


async def test_a_redirect_is_not_followed_as_the_key_is_not_for_elsewhere(model: FakeLanguageModel) -> None:
    model.does(sends("", 307, {"Location": "/elsewhere"}))

    with pytest.raises(EndpointError, match="status 307"):
        await endpoint(model).complete(ASKED)

    assert model.paths == ["/v1/chat/completions"]


TOOL = {"tool_calls": [{"id": "1", "type": "function", "function": {"name": "refund", "arguments": "{}"}}]}


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("It is free.", id="no JSON"),
        pytest.param("", id="nothing"),
        pytest.param(b"\xff\xfe\x00", id="no text"),
        pytest.param("[" * 100_000, id="deep JSON"),
        pytest.param('{"choices": [{"message": {"content": "It is', id="half of the JSON"),
        pytest.param([], id="a list"),
        pytest.param({"error": {"message": "no"}}, id="an error with the status of success"),
        pytest.param({"choices": []}, id="no choices"),
        pytest.param({"choices": None}, id="choices are null"),
        pytest.param({"choices": [None]}, id="a choice is null"),
        pytest.param({"choices": [{"message": "It is free."}]}, id="the message is a text"),
        pytest.param({"choices": [{"text": "It is free."}]}, id="the older API"),
        pytest.param(completion(None), id="no content"),
        pytest.param(completion("  "), id="blank content"),
        pytest.param(completion(None, **TOOL), id="a tool call"),
        pytest.param(completion("It is free. [1]", **TOOL), id="a tool call beside text"),
        pytest.param(completion("x") | {"choices": [{"message": {"content": ["a", "b"]}}]}, id="content in parts"),
        pytest.param(
            'data: {"choices": [{"delta": {"content": "It"}}]}\n\ndata: [DONE]\n\n', id="a stream all the same"
        ),
        pytest.param(completion("free " * 200_000), id="one megabyte"),
    ],
)
async def test_a_reply_that_is_none_is_an_error(model: FakeLanguageModel, body) -> None:
    model.does(sends(body))

    with pytest.raises(EndpointError):
        await endpoint(model).complete(ASKED)


async def test_no_more_is_read_than_a_few_sentences_can_take(model: FakeLanguageModel) -> None:
    model.does(sends(b" " * (64 * MOST_BYTES)))

    with pytest.raises(EndpointError, match=f"more than {MOST_BYTES} bytes"):
        await endpoint(model).complete(ASKED)


async def test_a_compressed_reply_is_refused_before_it_unfolds(model: FakeLanguageModel) -> None:
    bomb = gzip.compress(json.dumps(completion("free " * 2_000_000)).encode())
    model.does(sends(bomb, headers={"Content-Encoding": "gzip"}))

    with pytest.raises(EndpointError, match="compressed"):
        await endpoint(model).complete(ASKED)


async def test_a_limit_that_the_model_does_not_know_is_left_out_from_then_on(model: FakeLanguageModel) -> None:
    def refuses(name: str):
        return sends({"error": {"message": "Unsupported", "param": name}}, 400)

    model.does(refuses("max_tokens"), sends(completion("It is free. [1]")))
    asked = endpoint(model)

    await asked.complete(ASKED)
    await asked.complete(ASKED)

    assert ["max_tokens" in request for request in model.requests] == [True, False, False]
    assert model.requests[-1]["max_completion_tokens"] > 0


@pytest.mark.parametrize("param", ["messages", None, 5, "max_completion_tokens"])
async def test_another_refusal_is_not_tried_again(model: FakeLanguageModel, param) -> None:
    model.does(sends({"error": {"message": "No", "param": param}}, 400))

    with pytest.raises(EndpointError, match="status 400"):
        await endpoint(model).complete(ASKED)

    assert len(model.requests) == 1


async def test_errors_repeat_neither_the_key_nor_what_was_said(model: FakeLanguageModel) -> None:
    model.does(sends(f"you sent {KEY}: secret words of a customer", 500))

    with pytest.raises(EndpointError) as caught:
        await endpoint(model).complete(ASKED)

    assert KEY not in str(caught.value)
    assert "secret words" not in str(caught.value)
    assert KEY not in repr(endpoint(model))


async def test_many_at_once_are_served(model: FakeLanguageModel) -> None:
    model.says("It is free. [1]")
    asked = endpoint(model)

    replies = await asyncio.gather(*(asked.complete(ASKED) for _ in range(20)))

    assert {reply.text for reply in replies} == {"It is free. [1]"}
