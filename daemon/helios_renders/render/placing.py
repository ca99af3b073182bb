"""The folder that a render works in, beside its output, and the move that ends it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import attrs

from helios_renders.digest import file_digest
from helios_renders.errors import HeliosError, OutputExists
from helios_renders.render.events import Placing, Warned
from helios_renders.render.executor import OnEvent
from helios_renders.render.options import DistributedRenderOptions
from helios_renders.render.output import (
    move_into_place,
    next_free,
    remove_scratch,
    scratch_folder,
)
from helios_renders.render.result import RenderResult
from helios_renders.render.sidecar import move_both
from helios_renders.threads import in_thread, past_return


async def place(
    assembled: Path,
    result: RenderResult,
    options: DistributedRenderOptions,
    on_event: OnEvent,
    sidecar: Path | None = None,
) -> RenderResult:
    """Moves the file to its name, or to the next free one when nobody asked for that very name.

    The sidecar goes along with it.
    """
    suffix = None if sidecar is None else sidecar.suffix
    if sidecar is not None:
        result = attrs.evolve(result, sidecar_sha256=await in_thread(file_digest, sidecar))
    while True:
        if suffix is not None:
            result = attrs.evolve(result, sidecar=result.output.with_suffix(suffix))
        placing = Placing(result)
        on_event(placing)
        if placing.first:
            await asyncio.wait(placing.first)
        try:
            if sidecar is None:
                await past_return(move_into_place, assembled, result.output, overwrite=options.overwrite)
            else:
                await past_return(move_both, assembled, sidecar, result.output, overwrite=options.overwrite)
        except OutputExists:
            if options.output is not None:
                raise
            result = attrs.evolve(result, output=await in_thread(next_free, result.output, sidecar=suffix))
        else:
            return result


@contextlib.asynccontextmanager
async def scratch_beside(output: Path, on_event: OnEvent) -> AsyncIterator[Path]:
    """A folder on the output's disk that is gone afterwards; raises OutputNotWritable and DiskFull.

    What cannot be removed does not undo a render: it is told, and swept by a later one.
    """
    making = asyncio.ensure_future(asyncio.to_thread(scratch_folder, output))
    failure: HeliosError | None = None
    try:
        await asyncio.shield(making)
        yield making.result()
    except HeliosError as error:
        failure = error
        raise
    finally:
        await _remove(await making, failure, on_event)


async def _remove(scratch: Path, failure: HeliosError | None, on_event: OnEvent) -> None:
    try:
        await past_return(remove_scratch, scratch)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        left = f"{scratch} cannot be removed: {reason}."
        if failure is None:
            on_event(Warned(left))
            return
        # What broke the render matters more than what could not be removed because of it.
        raise type(failure)(failure.message, failure.advice, (*failure.details, left)) from failure
