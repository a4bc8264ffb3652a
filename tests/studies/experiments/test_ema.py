"""The model under another tool's evaluator gives what it gives by itself."""

from __future__ import annotations

import importlib.util
import warnings

import pytest
from helpers import ROOT, small

pytest.importorskip("ema_workbench")


def test_the_example_with_ema_workbench_runs() -> None:
    spec = importlib.util.spec_from_file_location("with_ema", ROOT / "experiments" / "with_ema.py")
    assert spec is not None
    assert spec.loader is not None
    example = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(example)
    base = small({"weeks": 110})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        experiments, outcomes = example.explore({"one": base, "two": base}, 2)
    assert len(experiments) == 4
    values = {
        name.replace(".", "__"): float(experiments[name.replace(".", "__")].iloc[0]) for name in example.UNCERTAIN
    }
    alone = example.world(base, **values)
    for name in example.OUTCOMES:
        assert outcomes[name][0] == pytest.approx(alone[name], nan_ok=True)
