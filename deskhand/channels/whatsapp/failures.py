"""What the Cloud API's errors mean for what was sent: wait, use a template, give up, or call the operator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from deskhand.channels.delivery.contracts import Cause

WINDOW_CLOSED = 131047
PAIR_RATE = 131056
PAIR_RATE_SECONDS = 6.0
"""One message in six seconds to one customer is what Meta always takes."""
USER_ID_NOT_TAKEN = 131062
"""Business-scoped user ids are not taken for this message: it needs the phone number."""
FILE_NOT_FETCHED = frozenset({131052, 131053})
"""Meta could not fetch what the message links to, or does not take it."""


@dataclass(frozen=True)
class Failure:
    cause: Cause
    detail: str
    passes: bool = False
    """Whether the same call may succeed later."""
    whole_channel: bool = False
    """Whether every call fails alike until then."""


def _later(cause: Cause, detail: str, *, whole_channel: bool = False) -> Failure:
    return Failure(cause, detail, passes=True, whole_channel=whole_channel)


def _operator(detail: str) -> Failure:
    return Failure(Cause.NOT_AUTHORISED, detail)


def _refused(detail: str) -> Failure:
    return Failure(Cause.REFUSED, detail)


UNKNOWN = _refused("WhatsApp refused the message.")
UNAVAILABLE = _later(Cause.UNAVAILABLE, "WhatsApp did not answer as it should.")
THROTTLED = _later(Cause.RATE_LIMITED, "The number sends faster than WhatsApp allows.", whole_channel=True)
_TOKEN = _operator("WhatsApp does not accept the access token (DESKHAND_WHATSAPP_TOKEN): it is wrong or has ended.")
_RIGHTS = _operator("The access token lacks the right whatsapp_business_messaging, or does not belong to this number.")
_NUMBER = _operator("There is no such number for this token: check phone_number_id in credentials.yml.")
_TEMPLATE = _refused("The template in credentials.yml cannot be used: check its name, language and state at Meta.")

BY_CODE: Mapping[int, Failure] = {
    0: _TOKEN,
    190: _TOKEN,
    3: _RIGHTS,
    10: _RIGHTS,
    131005: _RIGHTS,
    4: THROTTLED,
    80007: THROTTLED,
    130429: THROTTLED,
    PAIR_RATE: _later(Cause.RATE_LIMITED, "Too many messages to this customer in a short time."),
    131048: _operator("WhatsApp restricts the number because too many people blocked or reported it."),
    131064: _operator("The account has reached its messaging limit."),
    1: UNAVAILABLE,
    2: UNAVAILABLE,
    131000: UNAVAILABLE,
    131016: UNAVAILABLE,
    133004: UNAVAILABLE,
    131057: _later(Cause.UNAVAILABLE, "The account is in maintenance.", whole_channel=True),
    WINDOW_CLOSED: Failure(Cause.WINDOW_CLOSED, "The customer wrote more than 24 hours ago."),
    131026: Failure(Cause.UNREACHABLE, "The customer cannot be reached on WhatsApp."),
    131049: _refused("WhatsApp holds messages of this kind to this customer back for now."),
    131050: _refused("The customer wants no messages of this kind."),
    130472: _refused("WhatsApp holds messages of this kind to this customer back."),
    368: _operator("WhatsApp has blocked the account for breaking its rules: see the account at Meta."),
    131031: _operator("WhatsApp has locked the account: see the account at Meta."),
    130497: _operator("The account may not write to customers in this country."),
    131030: _operator("A test number may write to the numbers on its list only."),
    131037: _operator("The number's display name is not approved."),
    131042: _operator("There is a problem with the account's way of paying."),
    131045: _operator("The number is not registered for the Cloud API."),
    133010: _operator("The number is not registered for the Cloud API."),
    100: _refused("WhatsApp finds a value in the message that it does not take."),
    131008: _refused("WhatsApp misses a value in the message."),
    131009: _refused("WhatsApp finds a value in the message that it does not take."),
    131021: _refused("The customer's number is the business's own."),
    131051: _refused("WhatsApp does not take messages of this type."),
    131052: _refused("WhatsApp could not fetch the file."),
    131053: _refused("WhatsApp could not fetch the file, or does not take its type or size."),
    USER_ID_NOT_TAKEN: _refused("This message needs the customer's phone number, which is not known."),
    135000: _refused("WhatsApp refused the message without a reason."),
    **dict.fromkeys((132000, 132001, 132005, 132007, 132008, 132012, 132015, 132016, 132068, 132069), _TEMPLATE),
    **dict.fromkeys(range(200, 300), _RIGHTS),
}
_NO_SUCH_OBJECT = 33
"""Subcode of 100."""


def failure_of(status: int, code: int | None, *, subcode: int | None = None, transient: bool = False) -> Failure:
    """The meaning of an answer that is none of success: its HTTP status, and code and subcode of its error."""
    if transient and not (code is not None and code in BY_CODE and BY_CODE[code].passes):
        return UNAVAILABLE
    if (code, subcode) == (100, _NO_SUCH_OBJECT):
        return _NUMBER
    if code is not None and code in BY_CODE:
        return BY_CODE[code]
    if status >= 500 or status == 408:
        return UNAVAILABLE
    return {401: _TOKEN, 403: _RIGHTS, 404: _NUMBER, 429: THROTTLED}.get(status, UNKNOWN)


def cause_of(code: int | None) -> Cause:
    """Why something that WhatsApp had taken did not arrive."""
    return BY_CODE.get(-1 if code is None else code, UNKNOWN).cause
