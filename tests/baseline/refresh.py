"""Refresh the golden summaries: `python -m tests.baseline.refresh --reason "what moved, and why that is right"`."""

from __future__ import annotations

import argparse
from datetime import date

from tests.baseline.golden import GOLDEN, REASONS, summaries

SHORTEST_REASON = 20


def main() -> None:
    """Write the summaries and add the reason to the list."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reason", required=True, help="what moved the results, and why that is right")
    reason = parser.parse_args().reason.strip()
    if len(reason) < SHORTEST_REASON:
        parser.error(f"--reason: say in at least {SHORTEST_REASON} letters what moved and why that is right")
    summaries().to_csv(GOLDEN, index=False)
    with REASONS.open("a", encoding="utf-8") as file:
        file.write(f"- {date.today()}: {reason}\n")


if __name__ == "__main__":
    main()
