"""What facts are compared by: the same email, postcode or order number however somebody writes it."""

from __future__ import annotations


def email_key(email: str) -> str:
    return "".join(email.split()).casefold()


def postcode_key(postcode: str) -> str:
    return _letters_and_digits(postcode)


def order_number_key(number: str) -> str:
    return _letters_and_digits(number)


def _letters_and_digits(text: str) -> str:
    return "".join(character for character in text.upper() if character.isalnum())
