"""Enter through an ASGI server."""

from config import embedded, env

env.choose_default_settings()
embedded.ensure_for_environment()

from django.core.asgi import get_asgi_application  # noqa: E402 - the services must run first

application = get_asgi_application()
