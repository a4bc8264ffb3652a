"""Numbers as people read them: shares in per cent and points, money in pounds, and never a zero that is none."""

from __future__ import annotations

import math

LARGE = 100
"""Counts from here on are shown without decimals."""
LARGE_MONEY = 10_000
POINTS = 100.0


def is_share(measure: str) -> bool:
    """Whether an outcome is a share, so that its differences are percentage points."""
    return measure.startswith("share")


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


def change(value: float, measure: str) -> str:
    """A difference with its sign and unit. What is not nil is never shown as nil, however small."""
    if math.isnan(value):
        return "-"
    if value == 0:
        return "0.0 points" if is_share(measure) else "£0" if is_money(measure) else "0"
    sign = "+" if value > 0 else "-"
    if is_money(measure):
        return f"{sign}£{_money(value)}"
    size = abs(value) * (POINTS if is_share(measure) else 1.0)
    text = f"{size:,.{_digits(size, is_share(measure))}f}"
    if float(text.replace(",", "")) == 0:
        text = f"{float(f'{size:.1g}'):.12f}".rstrip("0")
    return f"{sign}{text} points" if is_share(measure) else f"{sign}{text}"


def span(low: float, high: float, measure: str) -> str:
    """An interval of a difference: `-1.1 to -0.5 points`; a dash where there is none."""
    if math.isnan(low) or math.isnan(high):
        return "-"
    return f"{change(low, measure).removesuffix(' points')} to {change(high, measure)}"


def _digits(size: float, share: bool) -> int:
    if share:
        return 1
    return 0 if size >= LARGE else 1 if size >= 10 else 2 if size >= 1 else 3


def _money(value: float) -> str:
    """Three figures for large amounts: more would pretend to know them."""
    size = abs(value)
    if size < LARGE_MONEY:
        return f"{size:,.0f}" if size >= 1 else f"{size:.2f}"
    step = 10 ** (math.floor(math.log10(size)) - 2)
    return f"{round(size / step) * step:,.0f}"
