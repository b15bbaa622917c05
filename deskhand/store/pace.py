"""How fast a channel takes messages, kept over all processes in the database and by its clock.

The generic cell rate algorithm: each send moves a point in time ahead by its share of the limit, and may go once
that point is no further away than the burst that is allowed.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

BURST_SECONDS = 0.1
"""Of a channel's limit, at most so much at once. The rate is lowered by as much, so that no second sees more."""

_CHANNEL = text(
    """
    INSERT INTO deskhand.channel_pace AS pace (channel, paced_until)
    VALUES (:channel, clock_timestamp() + make_interval(secs => :share))
    ON CONFLICT (channel) DO UPDATE SET
        paced_until = greatest(pace.paced_until, clock_timestamp()) + make_interval(secs => :share)
    RETURNING greatest(
        extract(epoch FROM pace.paced_until - clock_timestamp()) - :share - :burst,
        coalesce(extract(epoch FROM pace.blocked_until - clock_timestamp()), 0)
    )
    """
)
_CONTACT = text(
    """
    UPDATE deskhand.contacts SET
        paced_until = greatest(coalesce(paced_until, clock_timestamp()), clock_timestamp())
            + make_interval(secs => :share)
    WHERE id = :contact_id
    RETURNING extract(epoch FROM paced_until - clock_timestamp()) - :share - :burst
    """
)
_BLOCK = text(
    """
    INSERT INTO deskhand.channel_pace AS pace (channel, paced_until, blocked_until)
    VALUES (:channel, clock_timestamp(), clock_timestamp() + make_interval(secs => :seconds))
    ON CONFLICT (channel) DO UPDATE SET
        blocked_until = greatest(pace.blocked_until, clock_timestamp() + make_interval(secs => :seconds))
    """
)


async def reserve(
    connection: AsyncConnection,
    channel: str,
    contact_id: UUID,
    *,
    per_second: float,
    seconds_between: float,
    burst: int,
) -> float:
    """Takes the next place for one send. Returns in how many seconds that is, 0 for now."""
    share = 1 / (per_second * (1 - BURST_SECONDS))
    waits = [await connection.scalar(_CHANNEL, {"channel": channel, "share": share, "burst": BURST_SECONDS})]
    if seconds_between:
        values = {"contact_id": contact_id, "share": seconds_between, "burst": seconds_between * (burst - 1)}
        waits.append(await connection.scalar(_CONTACT, values))
    return max(0.0, *(float(wait or 0) for wait in waits))


async def block(connection: AsyncConnection, channel: str, seconds: float) -> None:
    """Nothing goes out on the channel for so long."""
    await connection.execute(_BLOCK, {"channel": channel, "seconds": seconds})
