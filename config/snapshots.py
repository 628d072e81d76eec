"""The public contracts as files: OpenAPI and SDL below docs/api, so that every change of them is seen in a review."""

from __future__ import annotations

from pathlib import Path

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer
from graphql import print_schema

from config import env
from config.schema import schema

FOLDER = env.REPOSITORY / "docs" / "api"


def render() -> dict[Path, str]:
    """{file: what it should hold}."""
    # drf-spectacular ships types, but not for these two calls.
    openapi = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    text = OpenApiYamlRenderer().render(openapi, renderer_context={}).decode()  # type: ignore[no-untyped-call]
    return {FOLDER / "openapi.yaml": text, FOLDER / "management.graphql": f"{print_schema(schema.graphql_schema)}\n"}


def list_stale() -> list[Path]:
    return [path for path, text in render().items() if not path.exists() or path.read_text() != text]


def write() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path, text in render().items():
        path.write_text(text)
