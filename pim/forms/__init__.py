"""Forms over the state of structure, free of any request."""
