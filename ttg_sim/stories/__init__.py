"""One person's way through the gate, told twice by the same luck: in a scenario and in a baseline."""
