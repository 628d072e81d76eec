"""Enter through gunicorn."""

from config import embedded, env

env.choose_default_settings()
embedded.ensure_for_environment()

from django.core.wsgi import get_wsgi_application  # noqa: E402 - the services must run first

application = get_wsgi_application()
