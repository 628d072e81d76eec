from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, overload

from celery.app.control import Control
from celery.app.task import Task as Task
from kombu import Connection

_P = ParamSpec("_P")
_R = TypeVar("_R")

class Celery:
    conf: Any
    control: Control
    tasks: dict[str, Task[..., Any]]
    def __init__(self, main: str = ...) -> None: ...
    def config_from_object(self, obj: object, *, namespace: str | None = ...) -> None: ...
    def autodiscover_tasks(self, packages: list[str] | None = ..., *, force: bool = ...) -> None: ...
    def connection_for_write(self) -> Connection: ...
    def send_task(
        self, name: str, args: Any = ..., kwargs: Any = ..., *, queue: str | None = ..., **options: Any
    ) -> Any: ...

current_app: Celery

@overload
def shared_task(function: Callable[_P, _R]) -> Task[_P, _R]: ...
@overload
def shared_task(
    *,
    bind: bool = ...,
    name: str = ...,
    queue: str = ...,
    acks_late: bool = ...,
    ignore_result: bool = ...,
    max_retries: int | None = ...,
    autoretry_for: tuple[type[BaseException], ...] = ...,
    retry_backoff: bool | int = ...,
    soft_time_limit: float | None = ...,
    time_limit: float | None = ...,
    **options: Any,
) -> Callable[[Callable[_P, _R]], Task[_P, _R]]: ...
