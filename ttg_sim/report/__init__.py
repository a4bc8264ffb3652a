"""From a finished comparison to a report that an analyst can hand on: what differs, for whom, and how sure that is."""
