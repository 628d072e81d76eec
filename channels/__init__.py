"""Delivery: what leaves the house for a channel, and how it is read."""
