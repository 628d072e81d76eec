from django.apps import AppConfig


class PimConfig(AppConfig):
    name = "pim"
    label = "pim"
    default_auto_field = "django.db.models.BigAutoField"
