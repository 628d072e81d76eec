from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Composition only: the verbs that run the whole platform live in config/management."""

    name = "config"
    label = "config"
