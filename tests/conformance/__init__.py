"""Suites of others, run against our servers."""
