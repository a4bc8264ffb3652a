"""From the tables of a run to named outcomes, each with its unit, definition, numerator and denominator."""
