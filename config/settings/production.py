"""Production: everything from the environment, nothing embedded; `manage.py check --deploy` is clean."""

from config import database, env
from config.settings.base import *

SECRET_KEY = env.required("SECRET_KEY")
DATABASES = {"default": database.database_from_url(env.required("DATABASE_URL"))}
CELERY_BROKER_URL = env.required("BROKER_URL")
CACHES = {"default": database.cache_from_url(env.text("CACHE_URL"))}
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS")

STORAGES["staticfiles"] = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
STATIC_ROOT = BASE_DIR / "static-collected"
WHITENOISE_USE_FINDERS = False

SECURE_SSL_REDIRECT = env.flag("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = env.integer("SECURE_HSTS_SECONDS", 31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True

EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = env.integer("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", default=False)
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "vitrine@localhost")

LOGGING["formatters"]["json"] = {"()": "config.logs.JsonFormatter"}
LOGGING["handlers"]["stderr"]["formatter"] = "json"
