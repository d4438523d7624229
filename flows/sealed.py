"""Flows and tasks that tell Prefect the kind of a failure and nothing else.

Prefect keeps the message of an exception for ever: in states, logs, tracebacks and events. Messages of ours may name a path for
the person at the terminal, and those of libraries may quote anything. So every flow and task of ours is made here: what its body
raises ends there, as a failed state that says the kind, and travels on inside this process only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

import prefect
from prefect import Flow, State
from prefect.cache_policies import NO_CACHE
from prefect.states import Failed

from pipeline.errors import LoomrouteError, kind_of

P = ParamSpec("P")
R = TypeVar("R")


class SealedError(LoomrouteError):
    """A flow or task failed. The message is the kind of error; `original` is for callers in this process."""

    def __init__(self, original: Exception) -> None:
        """Seal the `original`."""
        super().__init__(kind_of(original))
        self.original = original


def flow(name: str) -> Callable[[Callable[P, R]], Flow[P, R]]:
    """A Prefect flow that stores neither results nor messages. Calling it raises SealedError when its body raised."""

    def make(body: Callable[P, R]) -> Flow[P, R]:
        made = prefect.flow(name=name, persist_result=False, validate_parameters=False)(_seal(body))
        return cast("Flow[P, R]", made)

    return make


def task(
    name: str, *, again_after: Sequence[float] = (), again_on: type[Exception] = Exception
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A Prefect task that stores neither results nor messages. Calling it in a flow raises what its body raised.

    It is tried again after so many seconds each, where it failed with an error of the type `again_on`.
    """

    def wanted(_task: object, _run: object, state: State[Any]) -> bool:
        return isinstance(_failure(state), again_on)

    def make(body: Callable[P, R]) -> Callable[P, R]:
        made = prefect.task(
            name=name,
            cache_policy=NO_CACHE,
            persist_result=False,
            retries=len(again_after),
            retry_delay_seconds=list(again_after),
            retry_condition_fn=wanted if again_after else None,
        )(_seal(body))

        @wraps(body)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            state = cast("Any", made)(*args, return_state=True, **kwargs)
            failure = _failure(state)
            if failure is not None:
                raise failure
            return cast("R", state.result())

        return call

    return make


def _seal(body: Callable[P, R]) -> Callable[P, R | State[Any]]:
    """The body with its failure as a state: an exception that Prefect catches itself is logged with its traceback."""

    @wraps(body)
    def sealed(*args: P.args, **kwargs: P.kwargs) -> R | State[Any]:
        try:
            return body(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 whatever it is, its text must not go on; its callers get it from the state
            failure = SealedError(error)
        except BaseException as error:
            # Prefect has to see interrupts and signals themselves. What they interrupted may be an error with a text.
            error.args, error.__cause__, error.__context__ = (), None, None
            raise
        return Failed(message=str(failure), data=failure)

    return sealed


def _failure(state: State[Any]) -> Exception | None:
    if not state.is_failed():
        return None
    error = state.result(raise_on_failure=False)
    return error.original if isinstance(error, SealedError) else cast("Exception", error)
