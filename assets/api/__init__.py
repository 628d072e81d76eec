"""The REST face of the DAM."""
