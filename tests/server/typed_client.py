"""pytest-lsp's client with the daemon's own messages."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from lsprotocol import types as lsp
from pytest_lsp.client import LanguageClient, register_lsp_features
from pytest_lsp.protocol import LanguageClientProtocol

from helios_renders.jobs.job import Job, JobState
from helios_renders.server import job_messages, protocol
from helios_renders.server.codec import make_converter, message_type, response_type
from server.commands import environment

TIMEOUT = 60.0


class _Protocol(LanguageClientProtocol):
    def get_message_type(self, method: str) -> Any:  # type: ignore[override]
        return message_type(method) or super().get_message_type(method)

    def get_result_type(self, method: str) -> Any:  # type: ignore[override]
        return response_type(method) or super().get_result_type(method)


class HeliosClient(LanguageClient):
    """Keeps every job it hears of."""

    def __init__(self) -> None:
        super().__init__(protocol_cls=_Protocol, converter_factory=make_converter)
        self.jobs: list[Job] = []
        self.news = asyncio.Event()
        register_lsp_features(self)

        @self.feature(protocol.RENDER_CHANGED)  # type: ignore[untyped-decorator]
        def changed(params: job_messages.RenderChangedParams) -> None:
            self.jobs.append(params.job)
            self.news.set()

    async def ask(self, method: str, params: object) -> Any:
        request = self.protocol.send_request_async(method, params)  # type: ignore[no-untyped-call]
        return await asyncio.wait_for(request, TIMEOUT)

    async def start(self, page: Path, **values: Any) -> protocol.StartRenderResult:
        given = {"composition": str(page), "output_folder": str(page.parent), **values}
        result = await self.ask(protocol.RENDER_START, protocol.StartRenderParams(**given))
        assert isinstance(result, protocol.StartRenderResult)
        return result

    async def cancel(self, job_id: str) -> Job:
        result = await self.ask(protocol.RENDER_CANCEL, job_messages.CancelRenderParams(job_id))
        assert isinstance(result, job_messages.CancelRenderResult)
        return result.job

    async def hears(self, wanted: Callable[[Job], bool], what: str) -> Job:
        """The first job that was heard of and is as wanted."""
        try:
            async with asyncio.timeout(TIMEOUT):
                while True:
                    if (job := next(filter(wanted, self.jobs), None)) is not None:
                        return job
                    self.news.clear()
                    await self.news.wait()
        except TimeoutError:
            raise AssertionError(f"waited for {what}; heard {self.jobs[-3:]}") from None

    async def state(self, job_id: str, state: JobState) -> Job:
        return await self.hears(
            lambda job: job.id == job_id and job.state is state, f"{job_id} to be {state}"
        )

    async def end(self) -> None:
        """Make sure that the daemon is gone, whatever the test did."""
        if self._server is not None and self._server.returncode is None:
            self._server.kill()
        await asyncio.wait_for(self.stop(), TIMEOUT)  # type: ignore[no-untyped-call]

    async def shown(self, last: type[Any] = lsp.WorkDoneProgressEnd, count: int = 1) -> list[list[Any]]:
        """The messages of each progress, as soon as `count` of them have come to such a message."""

        def reached() -> list[list[Any]]:
            shown: list[list[Any]] = [list(messages) for messages in self.progress_reports.values()]
            return [messages for messages in shown if any(isinstance(message, last) for message in messages)]

        try:
            async with asyncio.timeout(TIMEOUT):
                while len(reached()) < count:
                    await self.wait_for_notification(lsp.PROGRESS)
        except TimeoutError:
            raise AssertionError(f"waited for {last}; got {self.progress_reports}") from None
        return reached()


@asynccontextmanager
async def connected(command: Sequence[str], *, shows_progress: bool = True) -> AsyncIterator[HeliosClient]:
    """A client of a daemon that was started and initialized, and that ends in order."""
    client = HeliosClient()
    await client.start_io(*command, env=environment())
    window = lsp.WindowClientCapabilities(work_done_progress=shows_progress)
    markdown = [lsp.MarkupKind.Markdown]
    item = lsp.ClientCompletionItemOptions(documentation_format=markdown)
    text_document = lsp.TextDocumentClientCapabilities(
        hover=lsp.HoverClientCapabilities(content_format=markdown),
        completion=lsp.CompletionClientCapabilities(completion_item=item),
    )
    capabilities = lsp.ClientCapabilities(window=window, text_document=text_document)
    try:
        await client.initialize_session(lsp.InitializeParams(capabilities=capabilities))
        yield client
        await asyncio.wait_for(client.shutdown_session(), TIMEOUT)
    finally:
        await client.end()
