from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd

from tests.baseline.golden import GOLDEN, REASONS, summaries

REPOSITORY = Path(__file__).parents[2]


def test_shipped_scenarios_give_the_golden_summaries():
    expected = pd.read_csv(GOLDEN, keep_default_na=True, dtype={"level": str, "group": str})
    # Floats may differ in the last digits between machines; counts may not differ at all, and their sums show it.
    pd.testing.assert_frame_equal(summaries(), expected, rtol=1e-9, check_dtype=False)


def test_a_refresh_demands_a_reason():
    before = GOLDEN.read_bytes(), REASONS.read_bytes()
    for arguments in ([], ["--reason", "because"]):
        command = [sys.executable, "-m", "tests.baseline.refresh", *arguments]
        done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True)
        assert done.returncode == 2
        assert "--reason" in done.stderr
    assert (GOLDEN.read_bytes(), REASONS.read_bytes()) == before
