"""Numbers as people read them: shares in per cent and points, money in pounds, and never a zero that is none."""

from __future__ import annotations

import math

LARGE = 100
"""Counts from here on are shown without decimals."""
LARGE_MONEY = 1_000
POINTS = 100.0
LEAST_POINTS = 0.05
"""Differences of shares below this would read 0.0 with one decimal."""


def is_share(measure: str) -> bool:
    """Whether an outcome is a share or a gap between shares, so that its differences are percentage points."""
    return measure.startswith(("share", "difference of shares"))


def is_money(measure: str) -> bool:
    """Whether an outcome is an amount of money."""
    return measure.startswith("pounds")


def number(value: float, measure: str) -> str:
    """A level: `52.1%`, `£1,230,000`, `1,914`, `2.45`; a dash where there is none."""
    if math.isnan(value):
        return "-"
    if is_share(measure):
        return f"{POINTS * value:.1f}%"
    if is_money(measure):
        sign = "-" if value < 0 else ""
        return f"{sign}£{_money(value)}"
    return f"{value:,.0f}" if abs(value) >= LARGE else f"{value:.2f}"


def change(value: float, measure: str, digits: int | None = None) -> str:
    """A difference with its sign and unit, by itself with one or two figures.

    What is not nil is never shown as nil, however small.
    """
    if math.isnan(value):
        return "-"
    if is_money(measure):
        return f"{_sign(value)}£{_money(value)}" if value else "£0"
    size = abs(value) * scale(measure)
    text = f"{size:,.{_digits(size) if digits is None else digits}f}"
    if size and _is_nil(text):
        text = f"{size:,.{_digits(size)}f}"
    return f"{_sign(value)}{text}{_unit(measure)}"


def with_interval(value: float, low: float, high: float, measure: str) -> tuple[str, str]:
    """A difference and its interval, both with the digits that the width of the interval allows.

    An end that is not nil, but would read so, has more digits.
    """
    if math.isnan(low) or math.isnan(high):
        return change(value, measure), "-"
    if is_money(measure):
        return change(value, measure), f"{change(low, measure)} to {change(high, measure)}"
    half = (high - low) / 2 * scale(measure)
    digits = max(_digits(half) if half else _digits(abs(value) * scale(measure)), 1 if is_share(measure) else 0)
    shown = change(value, measure, digits)
    if value and _is_nil(f"{abs(value) * scale(measure):.{digits}f}"):
        shown = f"about 0{_unit(measure)}"
    return shown, f"{_bare(low, measure, digits)} to {_bare(high, measure, digits)}"


def told(value: float, low: float, high: float, measure: str) -> tuple[str, str]:
    """As `with_interval`, for a sentence: shares have one decimal, and what would read 0.0 is less than 0.05 points."""
    if not is_share(measure):
        return with_interval(value, low, high, measure)
    size = f"{abs(value) * POINTS:.1f}"
    shown = f"less than {LEAST_POINTS} percentage points" if value and _is_nil(size) else ""
    shown = shown or f"{_sign(value)}{size} percentage points"
    if math.isnan(low) or math.isnan(high):
        return shown, "-"
    return shown, f"{_bare(low, measure, 1)} to {_bare(high, measure, 1)}"


def scale(measure: str) -> float:
    """What values are multiplied with to be shown: shares as points."""
    return POINTS if is_share(measure) else 1.0


def _bare(value: float, measure: str, digits: int) -> str:
    return change(value, measure, digits).removesuffix(_unit(measure))


def _unit(measure: str) -> str:
    return " points" if is_share(measure) else ""


def _sign(value: float) -> str:
    return "+" if value > 0 else "-" if value < 0 else ""


def _is_nil(text: str) -> bool:
    return not text.strip("0.,")


def _digits(size: float) -> int:
    """Decimals with which a number shows its first figure, and no more of them than that."""
    return max(0, -math.floor(math.log10(size))) if size else 1


def _money(value: float) -> str:
    """Three figures for large amounts: more would pretend to know them."""
    size = abs(value)
    if size < LARGE_MONEY:
        return f"{size:,.0f}" if size >= 1 else f"{size:.2f}"
    step = 10 ** (math.floor(math.log10(size)) - 2)
    return f"{round(size / step) * step:,.0f}"
