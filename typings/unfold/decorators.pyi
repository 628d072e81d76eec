from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar, overload

from django.db.models.expressions import BaseExpression, Combinable
from django.utils.functional import _StrOrPromise
from unfold.enums import ActionVariant

_F = TypeVar("_F", bound=Callable[..., Any])

@overload
def action(function: _F) -> _F: ...
@overload
def action(
    function: None = ...,
    *,
    permissions: Iterable[str] | None = ...,
    description: _StrOrPromise | None = ...,
    url_path: str | None = ...,
    attrs: Mapping[str, Any] | None = ...,
    icon: str | None = ...,
    variant: ActionVariant | None = ...,
    dialog: Any = ...,
) -> Callable[[_F], _F]: ...
@overload
def display(function: _F) -> _F: ...
@overload
def display(
    function: None = ...,
    *,
    boolean: bool | None = ...,
    image: bool | None = ...,
    ordering: str | Combinable | BaseExpression | None = ...,
    description: _StrOrPromise | None = ...,
    empty_value: str | None = ...,
    dropdown: bool | None = ...,
    label: bool | str | Mapping[Any, str] | None = ...,
    header: bool | None = ...,
) -> Callable[[_F], _F]: ...
