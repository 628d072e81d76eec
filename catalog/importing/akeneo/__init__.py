"""Akeneo's files, both ways: what their columns and rows mean, and how to write them."""
