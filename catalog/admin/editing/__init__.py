"""The pages of one product."""
