"""The addresses of delivery, below `/hub/`."""

from django.urls import path

from channels.views.changes import changes
from channels.views.graphql import graphql, schema_sdl
from channels.views.products import product, products
from channels.views.schemas import schema_json

app_name = "channels"

urlpatterns = [
    path("<str:view>/products", products, name="products"),
    path("<str:view>/products/<path:sku>", product, name="product"),
    path("<str:view>/changes", changes, name="changes"),
    path("<str:view>/graphql", graphql, name="graphql"),
    path("<str:view>/schema.graphql", schema_sdl, name="schema-graphql"),
    path("<str:view>/schema.json", schema_json, name="schema-json"),
]
