"""The REST face of workflows."""
