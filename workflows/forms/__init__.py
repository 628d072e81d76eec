"""Forms over workflows, free of any request."""
