"""What follows a change once it is committed, and cannot undo it any more."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from django.db import transaction

P = ParamSpec("P")


def after_commit(call: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
    """Call something when the transaction of the caller commits; at once outside of one, never after a rollback.

    An error in it is logged under the name of `call` and reaches nobody: the change stands, and what else waits for
    the commit still runs. So only for what is found and done later anyway where it is missed.

    The call is wrapped in a function because Django writes that log line from `__qualname__`, which a partial lacks.
    """

    @wraps(call)
    def follow() -> None:
        call(*args, **kwargs)

    transaction.on_commit(follow, robust=True)
