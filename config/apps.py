from django.apps import AppConfig

# Before any app gets ready: a task touched there must belong to our Celery application, not to Celery's default one.
from config.celery import collect_tasks


class ConfigConfig(AppConfig):
    """Composition only: the last app to get ready, when every other has registered what it brings."""

    name = "config"
    label = "config"

    def ready(self) -> None:
        collect_tasks()
