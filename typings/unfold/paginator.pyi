from typing import TypeVar

from django.core.paginator import Paginator

_T = TypeVar("_T")

class InfinitePaginator(Paginator[_T]): ...
