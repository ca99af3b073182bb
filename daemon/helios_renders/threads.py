"""Threads whose end is always waited for, so that nothing happens behind a cancelled task's back."""

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


async def in_thread(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """As `asyncio.to_thread`, but a cancelled caller goes on only when the thread has ended."""
    thread = asyncio.ensure_future(asyncio.to_thread(work, *args, **kwargs))
    try:
        return await asyncio.shield(thread)
    finally:
        if not thread.done():
            await asyncio.wait([thread])


async def past_return(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Work that cannot be undone: a caller that is cancelled meanwhile goes on as if it had not been."""
    thread = asyncio.ensure_future(asyncio.to_thread(work, *args, **kwargs))
    while not thread.done():
        try:
            await asyncio.shield(asyncio.wait([thread]))
        except asyncio.CancelledError:
            task = asyncio.current_task()
            assert task is not None
            task.uncancel()
    return thread.result()
