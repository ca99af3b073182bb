"""What the daemon answers to each of the editor's requests."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import attrs
from lsprotocol import types as lsp

from helios_renders.composition.discovery import find_compositions
from helios_renders.jobs.job import Job
from helios_renders.jobs.manager import RenderManager
from helios_renders.jobs.option_check import option_problem
from helios_renders.jobs.options import StartRenderOptions
from helios_renders.render.cache import Cache
from helios_renders.render.capacity import clamp, read_capacity
from helios_renders.render.concurrency import MAX_CONCURRENCY
from helios_renders.render.options import parse_concurrency
from helios_renders.render.orchestrator import RenderOrchestrator
from helios_renders.server import job_messages as jobs
from helios_renders.server import protocol
from helios_renders.server.advice import words_in_editor
from helios_renders.server.app import HeliosServer
from helios_renders.server.language.features import register_language
from helios_renders.server.rpc import rpc_errors
from helios_renders.server.workspace import workspace_folders
from helios_renders.threads import in_thread


def serve_requests(server: HeliosServer) -> None:
    """Let a server answer everything that an editor may ask."""
    for method, handler in HANDLERS.items():
        server.feature(method)(handler)
    register_language(server)


async def _initialize(ls: HeliosServer, params: lsp.InitializeParams) -> None:
    if params.process_id is not None:
        ls.watch(params.process_id)
    ls.restore(workspace_folders(params))


async def _shutdown(ls: HeliosServer, _: None) -> None:
    # Not awaited: the editor waits only a moment for the answer, and exit waits for the jobs.
    ls.run_task(ls.close())


@asynccontextmanager
async def _jobs_of(ls: HeliosServer) -> AsyncIterator[RenderManager]:
    """The manager, when it knows the journal's jobs; what it refuses becomes the request's error."""
    await ls.restored()
    with rpc_errors():
        yield ls.manager


async def _begin(
    ls: HeliosServer, token: lsp.ProgressToken | None, begin: Callable[[RenderManager], Awaitable[Job]]
) -> Job:
    """The job that `begin` has put into the queue, whose progress is shown."""
    async with _jobs_of(ls) as manager:
        ls.check_token(token)
        job = await begin(manager)
    ls.run_task(ls.show(job.id, token))
    return job


async def _start(ls: HeliosServer, params: protocol.StartRenderParams) -> protocol.StartRenderResult:
    job = await _begin(ls, params.work_done_token, lambda manager: manager.start_render(_options(params)))
    return protocol.StartRenderResult(job.id, job.concurrency)


def _options(params: protocol.StartRenderParams) -> StartRenderOptions:
    values = attrs.asdict(params, recurse=False)
    del values["work_done_token"]
    return StartRenderOptions(**values)


async def _cancel(ls: HeliosServer, params: jobs.CancelRenderParams) -> jobs.CancelRenderResult:
    async with _jobs_of(ls) as manager:
        return jobs.CancelRenderResult(await manager.cancel(params.job_id))


async def _pause(ls: HeliosServer, params: jobs.PauseRenderParams) -> jobs.PauseRenderResult:
    async with _jobs_of(ls) as manager:
        return jobs.PauseRenderResult(await manager.pause(params.job_id))


async def _resume(ls: HeliosServer, params: jobs.ResumeRenderParams) -> jobs.ResumeRenderResult:
    async with _jobs_of(ls) as manager:
        return jobs.ResumeRenderResult(await manager.resume(params.job_id))


async def _move(ls: HeliosServer, params: jobs.MoveRenderParams) -> jobs.MoveRenderResult:
    async with _jobs_of(ls) as manager:
        return jobs.MoveRenderResult(await manager.move(params.job_id, params.before))


async def _retry(ls: HeliosServer, params: jobs.RetryRenderParams) -> jobs.RetryRenderResult:
    job = await _begin(ls, params.work_done_token, lambda manager: manager.retry(params.job_id))
    return jobs.RetryRenderResult(job)


async def _again(ls: HeliosServer, params: jobs.RenderAgainParams) -> jobs.RenderAgainResult:
    job = await _begin(ls, params.work_done_token, lambda manager: manager.again(params.job_id))
    return jobs.RenderAgainResult(job)


async def _remove(ls: HeliosServer, params: jobs.RemoveRenderParams) -> jobs.RemoveRenderResult:
    async with _jobs_of(ls) as manager:
        await manager.remove(params.job_id)
    return jobs.RemoveRenderResult()


async def _command(ls: HeliosServer, params: jobs.RenderCommandParams) -> jobs.RenderCommandResult:
    async with _jobs_of(ls) as manager:
        return jobs.RenderCommandResult(await manager.arguments(params.job_id))


async def _log(ls: HeliosServer, params: jobs.RenderLogParams) -> jobs.RenderLogResult:
    async with _jobs_of(ls) as manager:
        return jobs.RenderLogResult(ls.lines.about(manager.job(params.job_id).id))


async def _clear(ls: HeliosServer, _: jobs.ClearRendersParams) -> jobs.ClearRendersResult:
    await ls.restored()
    return jobs.ClearRendersResult(await ls.manager.clear())


async def _renders(ls: HeliosServer, _: jobs.RendersParams) -> jobs.RendersResult:
    await ls.restored()
    await ls.manager.refresh()
    return jobs.RendersResult(ls.manager.jobs(), ls.manager.journal)


async def _capacity(_: HeliosServer, params: protocol.CapacityParams) -> protocol.CapacityResult:
    with rpc_errors():
        asked = MAX_CONCURRENCY if params.concurrency is None else parse_concurrency(params.concurrency)
        capacity = read_capacity()
        bounds = (protocol.CapacityBound(b.bound.value, b.workers, b.detail) for b in capacity.bounds)
        return protocol.CapacityResult(clamp(asked, capacity), tuple(bounds))


async def _compositions(_: HeliosServer, params: protocol.CompositionsParams) -> protocol.CompositionsResult:
    paths = [folder.path for folder in params.folders]
    found = [await in_thread(find_compositions, folder, paths) for folder in params.folders]
    return protocol.CompositionsResult(tuple(found))


async def _check_option(_: HeliosServer, params: protocol.CheckOptionParams) -> protocol.CheckOptionResult:
    problem = option_problem(params.option, params.value)
    return protocol.CheckOptionResult(None if problem is None else words_in_editor(problem))


async def _plan(_: HeliosServer, params: protocol.StartRenderParams) -> protocol.PlanResult:
    with rpc_errors():
        plan = await RenderOrchestrator.prepare(_options(params).checked())
    return protocol.PlanResult(plan.to_json())


async def _cache(_: HeliosServer, __: protocol.CacheParams) -> protocol.CacheResult:
    with rpc_errors():
        return protocol.CacheResult(await in_thread(Cache.of_user().usage))


async def _clear_cache(_: HeliosServer, __: protocol.ClearCacheParams) -> protocol.ClearCacheResult:
    with rpc_errors():
        return protocol.ClearCacheResult(await in_thread(Cache.of_user().clear))


HANDLERS: dict[str, Callable[..., Any]] = {
    lsp.INITIALIZE: _initialize,
    lsp.SHUTDOWN: _shutdown,
    protocol.RENDER_START: _start,
    protocol.RENDER_CANCEL: _cancel,
    protocol.RENDER_PAUSE: _pause,
    protocol.RENDER_RESUME: _resume,
    protocol.RENDER_MOVE: _move,
    protocol.RENDER_RETRY: _retry,
    protocol.RENDER_REMOVE: _remove,
    protocol.RENDER_AGAIN: _again,
    protocol.RENDER_COMMAND: _command,
    protocol.RENDER_LOG: _log,
    protocol.RENDERS: _renders,
    protocol.RENDERS_CLEAR: _clear,
    protocol.CAPACITY: _capacity,
    protocol.COMPOSITIONS: _compositions,
    protocol.OPTION_CHECK: _check_option,
    protocol.PLAN: _plan,
    protocol.CACHE: _cache,
    protocol.CACHE_CLEAR: _clear_cache,
}
