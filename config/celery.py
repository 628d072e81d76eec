"""The Celery application: tasks come from each app's `tasks` module, settings from Django."""

from config import embedded, env

env.choose_default_settings()
embedded.ensure_for_environment()

from celery import Celery  # noqa: E402 - the services must run before Django's settings are used

app = Celery("vitrine")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
