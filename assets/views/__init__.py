"""What leaves the DAM over plain HTTP."""
