"""Forms of the DAM's pages."""
