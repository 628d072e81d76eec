"""The management REST API of the catalog."""
