"""The machine under the model: draws, tables, calendar, compiled rules. It knows nothing of prisons."""
