"""Reads facts out of what people type: with typos, spaces, and words where digits would do. Pure functions."""

from deskhand.conversation.reading.choices import Option, choose
from deskhand.conversation.reading.dates import TimeWindow, read_when
from deskhand.conversation.reading.facts import (
    read_code,
    read_email,
    read_months,
    read_order_number,
    read_postcode,
    read_rating,
    read_yes_or_no,
)

__all__ = [
    "Option",
    "TimeWindow",
    "choose",
    "read_code",
    "read_email",
    "read_months",
    "read_order_number",
    "read_postcode",
    "read_rating",
    "read_when",
    "read_yes_or_no",
]
