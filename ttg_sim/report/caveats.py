"""What has to be said wherever a figure is shown."""

from __future__ import annotations

RESTS = (
    "Levels rest on few published figures, and intervals hold luck between runs only, not doubt about the parameters, "
    "most of which are assumptions. Trust the direction of large differences more than any level. All people are "
    "synthetic, and nothing here predicts what any one person will do."
)
MENTORING = (
    "What mentors do to people rests on assumptions. Studies of adults are few and weak, and the range of the direct "
    "effect on reoffending holds nil and harm."
)
