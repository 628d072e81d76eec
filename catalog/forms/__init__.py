"""Forms over products, free of any request."""
