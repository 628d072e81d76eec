from typing import Any, Generic, ParamSpec, TypeVar

_P = ParamSpec("_P")
_R = TypeVar("_R")

class Task(Generic[_P, _R]):
    name: str
    queue: str
    request: Any
    def __call__(self, *args: _P.args, **kwargs: _P.kwargs) -> _R: ...
    def delay(self, *args: _P.args, **kwargs: _P.kwargs) -> Any: ...
    def apply_async(
        self,
        args: Any = ...,
        kwargs: Any = ...,
        *,
        queue: str | None = ...,
        countdown: float | None = ...,
        expires: float | None = ...,
        ignore_result: bool = ...,
        retry: bool = ...,
        **options: Any,
    ) -> Any: ...
    def retry(self, *, exc: BaseException | None = ..., countdown: float | None = ...) -> Exception: ...
