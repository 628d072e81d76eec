"""The demo catalog: written and drawn for this project, built from compact sources, loaded by `manage.py demo`."""
