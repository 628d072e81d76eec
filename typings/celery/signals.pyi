from collections.abc import Callable
from typing import Any, TypeVar

_F = TypeVar("_F", bound=Callable[..., Any])

class Signal:
    def connect(self, receiver: _F) -> _F: ...

beat_init: Signal
celeryd_init: Signal
task_failure: Signal
task_postrun: Signal
task_prerun: Signal
worker_process_init: Signal
worker_ready: Signal
worker_shutdown: Signal
