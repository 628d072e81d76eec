"""Functions that make one valid row, or one small world, for a test."""
