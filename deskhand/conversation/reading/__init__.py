"""Reads facts out of what people type: with typos, spaces, and words where digits would do. Pure functions."""

from deskhand.conversation.reading.choices import Option, choose
from deskhand.conversation.reading.dates import TimeWindow, read_when
from deskhand.conversation.reading.facts import (
    is_plain_yes,
    read_code,
    read_email,
    read_months,
    read_order_number,
    read_postcode,
    read_rating,
    read_yes_or_no,
)
from deskhand.conversation.reading.names import named
from deskhand.conversation.reading.offered import (
    Instead,
    in_hours,
    means_next,
    names_day,
    pick_time,
    read_instead,
    split_move,
    stays_on_day,
)
from deskhand.conversation.reading.subscriptions import (
    mentions_no_pause,
    read_pause,
    read_plan_wish,
    read_until_day,
    read_until_month,
)

__all__ = [
    "Instead",
    "Option",
    "TimeWindow",
    "choose",
    "in_hours",
    "is_plain_yes",
    "means_next",
    "mentions_no_pause",
    "named",
    "names_day",
    "pick_time",
    "read_code",
    "read_email",
    "read_instead",
    "read_months",
    "read_order_number",
    "read_pause",
    "read_plan_wish",
    "read_postcode",
    "read_rating",
    "read_until_day",
    "read_until_month",
    "read_when",
    "read_yes_or_no",
    "split_move",
    "stays_on_day",
]
