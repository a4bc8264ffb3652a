"""What has to be said wherever a figure is shown, on the screen as in a report."""

from __future__ import annotations

LUCK = "Intervals (95%) hold chance between runs only, not doubt about the parameters"
LEVELS = "Levels rest on few published figures; trust differences more than levels"
NOBODY_REAL = "predict nothing about any one person"
MANY = "of twenty lines without any difference, one would seem to have one"
RESTS = f"{LUCK}, most of which are assumptions. {LEVELS}, and {NOBODY_REAL}: all people are synthetic."
MENTORING = (
    "What mentors do to people rests on assumptions. Studies of adults are few and weak, so the range of the direct "
    "effect on reoffending holds nil and harm."
)
ON_CHARTS = "All people are synthetic, and what mentoring does to reoffending is uncertain."
