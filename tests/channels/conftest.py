"""Every test of delivery starts without a remembered structure, and publishes when it says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from channels import extensions as channel_extensions
from pim import extensions
from pim.services.snapshot import forget_structure
from tests.factories.channels import make_bearer


@pytest.fixture(autouse=True)
def fresh_structure() -> Iterator[None]:
    forget_structure()
    yield
    forget_structure()


@pytest.fixture(autouse=True)
def _nobody_is_woken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests publish by hand, so that they can look in between."""
    monkeypatch.setattr(extensions.wakers, "_entries", {})
    monkeypatch.setattr(channel_extensions.wakers, "_entries", {})


@pytest.fixture
def get(db: None) -> Callable[..., Any]:
    """GET below /hub/web/ with a token; parameters as keywords."""
    client, bearer = Client(), make_bearer(may_introspect=True)

    def get(path: str, /, headers: dict[str, str] | None = None, **parameters: Any) -> Any:
        return client.get(f"/hub/web/{path}", parameters, headers={"Authorization": bearer, **(headers or {})})

    return get


@pytest.fixture
def ask(db: None) -> Callable[..., Any]:
    """POST a query to /hub/web/graphql with a token that may introspect; gives the body."""
    client, bearer = Client(), make_bearer(may_introspect=True)

    def ask(query: str, **variables: Any) -> Any:
        response = client.post(
            "/hub/web/graphql",
            {"query": query, "variables": variables},
            content_type="application/json",
            headers={"Authorization": bearer},
        )
        return response.json()

    return ask
