"""Charts that can be shown to others: right, readable, and honest about how much is known."""
