"""Designed studies: a plan in YAML, a store that survives anything, indices with intervals."""
