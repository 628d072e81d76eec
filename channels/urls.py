"""The addresses of delivery, below `/hub/`; as in the management API, each may end in a slash."""

from django.urls import re_path

from channels.views.changes import changes
from channels.views.graphql import graphql, schema_sdl
from channels.views.products import product, products
from channels.views.schemas import schema_json

app_name = "channels"

urlpatterns = [
    re_path(r"^(?P<view>[^/]+)/products/?$", products, name="products"),
    re_path(r"^(?P<view>[^/]+)/products/(?P<sku>.+?)/?$", product, name="product"),
    re_path(r"^(?P<view>[^/]+)/changes/?$", changes, name="changes"),
    re_path(r"^(?P<view>[^/]+)/graphql/?$", graphql, name="graphql"),
    re_path(r"^(?P<view>[^/]+)/schema\.graphql/?$", schema_sdl, name="schema-graphql"),
    re_path(r"^(?P<view>[^/]+)/schema\.json/?$", schema_json, name="schema-json"),
]
