"""A developer's machine and the demo: embedded services, a known key, this machine's names only."""

from config import env
from config.settings.base import *

DEBUG = env.flag("DEBUG", default=False)
SECRET_KEY = env.text("SECRET_KEY", "not-secret-for-this-machine-only-never-in-production")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ("localhost", "127.0.0.1", "[::1]"))
# Static files are looked up at each request instead of scanned at start: the demo is up sooner.
WHITENOISE_AUTOREFRESH = True
ASSET_URL_IMPORT = env.flag("ASSET_URL_IMPORT", default=True)
# Letters are printed by the process that would send them.
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
