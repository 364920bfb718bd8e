"""Prices in cents, as people write them."""
import re


def parse(text):
    match = re.fullmatch(r"\s*(\d+)(?:[.,](\d{1,2}))?\s*", text)
    if not match:
        raise ValueError(f"not a price: {text!r}")
    return int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))


def show(cents):
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02}"
