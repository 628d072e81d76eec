"""Settings every environment shares; what differs by host is read from config.env, by purpose from the sibling modules."""

from __future__ import annotations

from typing import Any

import django_stubs_ext
from django.utils.translation import gettext_lazy as _

from config import admin as look
from config import database, env
from config import home as places
from config.celery_settings import *

# Makes `ModelAdmin[Product]` and `QuerySet[Product]` work at run time.
django_stubs_ext.monkeypatch()

BASE_DIR = env.REPOSITORY
VITRINE_HOME = env.home()

DEBUG = False
SECRET_KEY = env.text("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "unfold.contrib.inlines",
    "django.forms",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "graphene_django",
    "treebeard",
    "pim",
    "assets",
    "catalog",
    "workflows",
    "channels",
    "config",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "config.middleware.SecurityHeadersMiddleware",
    "config.middleware.AddressMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.middleware.OnePictureMiddleware",
    "config.middleware.ProblemMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# Widgets of our own have templates beside those of the pages.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASE_URL = env.text("DATABASE_URL")
DATABASES = {
    "default": database.database_from_url(DATABASE_URL) if DATABASE_URL else database.embedded_database(VITRINE_HOME)
}
CACHES = {"default": database.cache_from_url(env.text("CACHE_URL") or places.cache_url(VITRINE_HOME))}
CELERY_BROKER_URL = env.text("BROKER_URL") or places.broker_url(VITRINE_HOME)

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "pim.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("de", _("German")), ("fr", _("French"))]
USE_I18N = True
TIME_ZONE = env.text("TIME_ZONE", "UTC")
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = VITRINE_HOME / "static"
MEDIA_ROOT = VITRINE_HOME / "media"
FILE_UPLOAD_TEMP_DIR = None
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# The one place where bytes are kept: a local folder, or a private bucket when S3_BUCKET is set.
S3_BUCKET = env.text("S3_BUCKET")
# How browsers send files to a bucket: `direct`, by presigned addresses (the bucket needs a CORS rule), or through the app.
S3_UPLOADS = env.choice("S3_UPLOADS", ("direct", "app"))
# Whether people may name addresses from which files are fetched, and whether these may be http.
ASSET_URL_IMPORT = env.flag("ASSET_URL_IMPORT", default=False)
ASSET_URL_IMPORT_HTTP = env.flag("ASSET_URL_IMPORT_HTTP", default=False)
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": MEDIA_ROOT}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
if S3_BUCKET:
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": env.text("S3_ENDPOINT_URL") or None,
            "region_name": env.text("S3_REGION") or None,
            "access_key": env.text("S3_ACCESS_KEY") or None,
            "secret_key": env.text("S3_SECRET_KEY") or None,
            "addressing_style": env.text("S3_ADDRESSING_STYLE", "auto"),
            "default_acl": None,
            "querystring_auth": True,
            "file_overwrite": True,
            "signature_version": "s3v4",
            # Without it a file that is read is held in memory, whatever its length.
            "max_memory_size": 8 * 1024 * 1024,
        },
    }

# Static files straight from the packages: nothing to collect before the first request of a demo.
WHITENOISE_USE_FINDERS = True

# People are told by e-mail this many days before a licence, a release or a file's own time of use is over.
RIGHTS_NOTICE_DAYS = (30, 7, 1)

X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "pim.api.authentication.BearerAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["pim.api.rendering.FastJSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["pim.api.requests.StrictJSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "pim.api.openapi.ManagementSchema",
    "EXCEPTION_HANDLER": "pim.api.problems.exception_handler",
    "COERCE_DECIMAL_TO_STRING": True,
    "URL_FORMAT_OVERRIDE": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Vitrine management API",
    "DESCRIPTION": "Everything the admin can do: products, assets, structure and jobs.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    # Its one hook names enums by guessing; a contract should not rename itself when a field is added.
    "POSTPROCESSING_HOOKS": [],
}
UNFOLD = look.UNFOLD
GRAPHENE = {"SCHEMA": "config.schema.schema"}

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": env.text("LOG_LEVEL", "INFO")},
    "loggers": {"django.request": {"level": "ERROR"}},
}
