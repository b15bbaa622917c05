from datetime import UTC, datetime, timedelta

from deskhand.conversation.identity import IdentityRecord, Proof

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_nothing_is_proven_at_first() -> None:
    assert IdentityRecord().proof(NOW) is Proof.NONE


def test_a_match_is_enough_to_read_and_ends() -> None:
    record = IdentityRecord("c1", matched_at=NOW)
    assert record.proof(NOW + timedelta(hours=11)) is Proof.MATCHED
    assert record.proof(NOW + timedelta(hours=12)) is Proof.NONE


def test_a_code_is_enough_to_change_and_falls_back_to_a_match() -> None:
    record = IdentityRecord("c1", matched_at=NOW, confirmed_at=NOW)
    assert record.proof(NOW + timedelta(minutes=29)) is Proof.CONFIRMED
    assert record.proof(NOW + timedelta(minutes=30)) is Proof.MATCHED


def test_after_three_failures_nothing_counts_any_more() -> None:
    record = IdentityRecord("c1", matched_at=NOW, confirmed_at=NOW, failures=3)
    assert record.locked
    assert record.proof(NOW) is Proof.NONE
