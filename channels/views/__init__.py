"""What consumers read over HTTP."""
