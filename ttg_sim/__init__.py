"""ttg-sim."""
