"""Reading foreign catalogs: files become plain records and findings. No model, no clock, no settings."""
