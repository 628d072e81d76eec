"""Composition only: settings, routing, processes. Nothing imports this package."""
