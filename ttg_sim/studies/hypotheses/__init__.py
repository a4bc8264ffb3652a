"""Hypotheses as data: patterns that the simulation has to show, run, judged and held against what was recorded."""
