"""The write path of products in its steps: load, plan, derive, store."""
