"""The identity record cannot be talked round."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from deskhand.conversation.identity import MAX_FAILURES, MAX_FAILURES_PER_EMAIL, IdentityRecord, Proof
from deskhand.store.database import Database
from deskhand.store.errors import TooManyCodes
from deskhand.store.tables import identity_failures, one_time_codes
from deskhand.store.verifications import Verifications


class Clock:
    def __init__(self) -> None:
        self.time = datetime(2026, 3, 2, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def advance(self, **duration: float) -> None:
        self.time += timedelta(**duration)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def verifications(db: Database, clock: Clock) -> Verifications:
    return Verifications(db, key=b"key", now=clock)


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


async def test_nothing_is_known_at_first(verifications: Verifications) -> None:
    assert await verifications.get("conversation") == IdentityRecord()


async def test_a_match_and_a_code_raise_the_proof(verifications: Verifications, clock: Clock) -> None:
    await verifications.record_match("a", "customer-1")
    assert (await verifications.get("a")).proof(clock()) is Proof.MATCHED
    code = await verifications.issue_code("a", "customer-1")
    assert len(code) == 6
    assert await verifications.check_code("a", f" {code} ")
    assert (await verifications.get("a")).proof(clock()) is Proof.CONFIRMED


async def test_a_code_works_once(verifications: Verifications) -> None:
    code = await verifications.issue_code("a", "customer-1")
    answers = await asyncio.gather(*(verifications.check_code("a", code) for _ in range(3)))
    assert sorted(answers) == [False, False, True]


async def test_a_code_works_in_time_only(verifications: Verifications, clock: Clock) -> None:
    code = await verifications.issue_code("a", "customer-1")
    clock.advance(minutes=10)
    assert not await verifications.check_code("a", code)


async def test_a_code_works_in_its_conversation_only(verifications: Verifications) -> None:
    code = await verifications.issue_code("a", "customer-1")
    assert not await verifications.check_code("b", code)


async def test_a_newer_code_replaces_the_one_before(verifications: Verifications, clock: Clock) -> None:
    first = await verifications.issue_code("a", "customer-1")
    clock.advance(seconds=20)
    second = await verifications.issue_code("a", "customer-1")
    if first != second:
        assert not await verifications.check_code("a", first)
    assert await verifications.check_code("a", second)


async def test_no_code_is_right_for_an_unknown_customer(verifications: Verifications) -> None:
    code = await verifications.issue_code("a", None)
    assert not await verifications.check_code("a", code)
    assert (await verifications.get("a")).customer_id is None


async def test_after_three_failures_of_any_kind_the_right_code_is_refused(
    verifications: Verifications, clock: Clock
) -> None:
    await verifications.record_failure("a")
    code = await verifications.issue_code("a", "customer-1")
    assert not await verifications.check_code("a", other_than(code))
    assert not await verifications.check_code("a", other_than(code))
    assert not await verifications.check_code("a", code)
    record = await verifications.record_match("a", "customer-1")
    assert record.locked
    assert record.proof(clock()) is Proof.NONE


async def test_guessing_in_parallel_gains_no_tries(verifications: Verifications) -> None:
    code = await verifications.issue_code("a", "customer-1")
    wrong = [other_than(code)] * 30
    assert not any(await asyncio.gather(*(verifications.check_code("a", guess) for guess in wrong)))
    assert (await verifications.get("a")).failures == MAX_FAILURES
    assert not await verifications.check_code("a", code)


async def test_a_match_of_another_customer_forgets_the_code(verifications: Verifications, clock: Clock) -> None:
    code = await verifications.issue_code("a", "customer-1")
    assert await verifications.check_code("a", code)
    await verifications.record_match("a", "customer-2")
    assert (await verifications.get("a")).proof(clock()) is Proof.MATCHED


async def test_three_codes_a_conversation(verifications: Verifications) -> None:
    results = await asyncio.gather(*(verifications.issue_code("a", None) for _ in range(10)), return_exceptions=True)
    refused = [result for result in results if isinstance(result, TooManyCodes)]
    assert len(refused) == 7
    assert refused[0].scope == "conversation"


async def test_five_codes_a_customer_and_hour_over_all_conversations(
    verifications: Verifications, clock: Clock
) -> None:
    results = await asyncio.gather(
        *(verifications.issue_code(f"conversation {i}", "customer-1") for i in range(12)),
        return_exceptions=True,
    )
    refused = [result for result in results if isinstance(result, TooManyCodes)]
    assert len(refused) == 7
    assert refused[0].scope == "customer"
    clock.advance(minutes=61)
    await verifications.issue_code("later", "customer-1")


async def test_codes_are_kept_as_keyed_hashes(verifications: Verifications, db: Database) -> None:
    code = await verifications.issue_code("a", "customer-1")
    async with db.begin() as connection:
        [row] = (await connection.execute(select(one_time_codes))).all()
    assert code.encode() not in row.code_hash
    assert not await Verifications(db, key=b"another").check_code("a", code)


async def fail(verifications: Verifications, email: str, times: int) -> None:
    for _ in range(times):
        await verifications.claim_try(email)


async def test_failures_with_an_email_count_over_all_conversations(verifications: Verifications) -> None:
    await fail(verifications, "jo@example.com", MAX_FAILURES_PER_EMAIL - 1)
    assert await verifications.may_try("jo@example.com")
    await fail(verifications, " Jo@Example.COM ", 1)
    assert not await verifications.may_try("jo@example.com")
    assert not await verifications.may_try("JO@example.com")
    assert await verifications.may_try("sam@example.com")


async def test_failures_without_an_email_count_in_their_conversation_only(verifications: Verifications) -> None:
    for _ in range(MAX_FAILURES_PER_EMAIL):
        await verifications.record_failure("a")
    assert await verifications.may_try("")


async def test_tries_at_one_moment_are_no_more_than_the_limit(verifications: Verifications) -> None:
    tries = (verifications.claim_try("jo@example.com") for _ in range(4 * MAX_FAILURES_PER_EMAIL))
    claimed = [one for one in await asyncio.gather(*tries) if one is not None]
    assert len(claimed) == MAX_FAILURES_PER_EMAIL
    assert not await verifications.may_try("jo@example.com")


async def test_a_try_that_was_right_or_not_made_is_no_failure(verifications: Verifications) -> None:
    claimed = [await verifications.claim_try("jo@example.com") for _ in range(MAX_FAILURES_PER_EMAIL)]
    assert await verifications.claim_try("jo@example.com") is None
    await verifications.record_match("a", "customer-1", claimed[0])
    assert await verifications.claim_try("jo@example.com") is not None
    await verifications.give_back(claimed[1])
    assert await verifications.claim_try("jo@example.com") is not None
    assert await verifications.claim_try("jo@example.com") is None


async def test_guesses_of_a_code_at_one_moment_are_no_more_than_the_limit(verifications: Verifications) -> None:
    code = await verifications.issue_code("a", "customer-1")
    wrong = "000000" if code != "000000" else "111111"
    guesses = [wrong] * 20
    assert not any(await asyncio.gather(*(verifications.check_code("a", guess) for guess in guesses)))
    assert (await verifications.get("a")).failures == MAX_FAILURES
    assert not await verifications.check_code("a", code)


async def test_failures_with_an_email_are_forgotten_after_a_day(
    verifications: Verifications, clock: Clock, db: Database
) -> None:
    await fail(verifications, "jo@example.com", MAX_FAILURES_PER_EMAIL)
    clock.advance(hours=23, minutes=59)
    assert not await verifications.may_try("jo@example.com")
    clock.advance(minutes=1)
    assert await verifications.may_try("jo@example.com")
    await fail(verifications, "sam@example.com", 1)
    async with db.begin() as connection:
        assert len((await connection.execute(select(identity_failures))).all()) == 1


async def test_failures_keep_no_email(verifications: Verifications, db: Database) -> None:
    await fail(verifications, "jo@example.com", MAX_FAILURES_PER_EMAIL)
    async with db.begin() as connection:
        rows = (await connection.execute(select(identity_failures))).all()
    assert all(len(row.key) == 32 and b"jo" not in row.key for row in rows)
    assert await Verifications(db, key=b"another").may_try("jo@example.com")
