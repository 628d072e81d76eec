"""The management REST API, composed: every app brings its resources, this router gives them their addresses."""

from importlib import import_module
from importlib.util import find_spec

from pim.api.routing import ApiRouter

# Higher apps first: they add actions to the resources of lower ones, whose keys may hold slashes.
APPS = ("channels", "workflows", "catalog", "assets", "pim")

router = ApiRouter()
for app in APPS:
    if (found := find_spec(f"{app}.api")) and found.origin:
        module = f"{app}.api.routes" if find_spec(f"{app}.api.routes") else f"{app}.api"
        router.register_all(import_module(module).ROUTES)

urls = (router.urls, None, None)
