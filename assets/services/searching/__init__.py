"""Finding assets: lists, their filters and orders, counts beside them, and words that people begin to type."""
