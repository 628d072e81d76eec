"""The management REST API, composed: every app brings its resources, this router gives them their addresses."""

from assets.api.routes import ROUTES as ASSETS
from catalog.api.routes import ROUTES as CATALOG
from channels.api.routes import ROUTES as CHANNELS
from pim.api.routes import ROUTES as KERNEL
from pim.api.routing import ApiRouter
from workflows.api.routes import ROUTES as WORKFLOWS

router = ApiRouter()
# Higher apps first: they add actions to the resources of lower ones, whose keys may hold slashes.
for routes in (CHANNELS, WORKFLOWS, CATALOG, ASSETS, KERNEL):
    router.register_all(routes)

urls = (router.urls, None, None)
