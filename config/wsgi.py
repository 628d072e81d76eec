"""Enter through gunicorn."""

import gc

from config import embedded, env

env.choose_default_settings()
embedded.ensure_for_environment()

from django.core.wsgi import get_wsgi_application  # noqa: E402 - the services must run first

application = get_wsgi_application()

# What is loaded stays: the collector need not walk it again and again (70 ms each time), and forked workers that do
# not touch it share its memory.
gc.freeze()
