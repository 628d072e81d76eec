from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Composition only: the last app to get ready, when every other has registered what it brings."""

    name = "config"
    label = "config"

    def ready(self) -> None:
        from config.celery import collect_tasks

        collect_tasks()
