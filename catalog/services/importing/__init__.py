"""Imports as jobs: plans of the pure room `catalog.importing`, run chunk by chunk through the house's own doors."""
