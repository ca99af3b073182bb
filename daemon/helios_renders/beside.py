"""Pieces of work side by side, which end together."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")
U = TypeVar("U")


async def beside(one: Coroutine[Any, Any, T], other: Coroutine[Any, Any, U]) -> tuple[T, U]:
    """Both results; the first error ends the other work, and is raised when that has ended."""
    first, second = asyncio.ensure_future(one), asyncio.ensure_future(other)
    try:
        done, _ = await asyncio.wait((first, second), return_when=asyncio.FIRST_EXCEPTION)
        for task in (first, second):
            if task in done:
                task.result()
        return first.result(), second.result()
    finally:
        for left in (first, second):
            left.cancel()
        await asyncio.gather(first, second, return_exceptions=True)


async def each_of(*works: Coroutine[Any, Any, None]) -> None:
    """All of them to their ends; raises the error of the first in order that has one."""
    for outcome in await asyncio.gather(*works, return_exceptions=True):
        if outcome is not None:
            raise outcome
