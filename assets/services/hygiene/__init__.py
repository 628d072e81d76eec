"""The health of the library: what is unused, broken, unsaid, about to end, there twice, and what it all weighs."""
