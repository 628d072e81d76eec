"""The house measured against its physical limits, in a database of its own."""
