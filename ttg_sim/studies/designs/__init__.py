"""Designed studies: which points of a space of factors are run, and what the outcomes say about each factor."""
