"""The language server: the editor's requests on one side, the render manager on the other."""

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from enum import Enum
from pathlib import Path
from typing import Any

from lsprotocol import types as lsp
from pygls.exceptions import FeatureRequestError
from pygls.lsp.server import LanguageServer

from helios_renders import __version__
from helios_renders.errors import InvalidOption
from helios_renders.jobs.job import Job, JobState
from helios_renders.jobs.journal import Journal, JournalState
from helios_renders.jobs.manager import RenderManager
from helios_renders.jobs.places import journal_path
from helios_renders.jobs.states import is_still
from helios_renders.server import job_messages, protocol
from helios_renders.server.codec import make_converter
from helios_renders.server.lifeline import process_end
from helios_renders.server.progress import JobProgress, create_token
from helios_renders.server.recent_lines import RecentLines
from helios_renders.server.rpc import HeliosProtocol

logger = logging.getLogger(__name__)


FOLLOW_SECONDS = 1.0
"""Between two looks at a journal that another daemon owns."""


class Ending(Enum):
    """Why the daemon ends."""

    EXIT = "the editor asked for it"
    END_OF_INPUT = "the editor closed the connection"
    BROKEN_OUTPUT = "the editor does not read any more"
    EDITOR_GONE = "the editor's process is gone"
    SIGNAL = "a signal asked for it"


class HeliosServer(LanguageServer):
    """Serves one editor; made inside the running event loop."""

    protocol: HeliosProtocol

    def __init__(self, manager: RenderManager) -> None:
        super().__init__(
            "helios-renders",
            __version__,
            text_document_sync_kind=lsp.TextDocumentSyncKind.Full,
            protocol_cls=HeliosProtocol,
            converter_factory=make_converter,
        )
        self.protocol.on_exit = self.leave
        self.manager = manager
        self.ending: asyncio.Future[Ending] = asyncio.get_running_loop().create_future()
        self.lines = RecentLines()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._progress: dict[str, JobProgress] = {}
        self._paused: set[str] = set()
        """The jobs whose progress is shown anew as soon as they go on."""
        self._restoring: asyncio.Task[None] | None = None
        manager.subscribe(self._tell)
        manager.subscribe_removals(self._tell_removed)

    def leave(self, ending: Ending = Ending.EXIT) -> None:
        """End the daemon; only the first reason counts."""
        if not self.ending.done():
            self.ending.set_result(ending)

    def restore(self, folders: Sequence[Path]) -> None:
        """Take over the journal of a workspace; what is asked of jobs waits for that."""

        async def restore() -> None:
            path = await asyncio.to_thread(journal_path, folders)
            if path is not None:
                # The editor adds a folder behind those that are there.
                ancestor = await asyncio.to_thread(journal_path, folders[:-1])
                await self.manager.restore(Journal(path, ancestor))
                self.run_task(self._follow_owner())
                self._paused = {job.id for job in self.manager.jobs() if _is_paused_here(job)}

        self._restoring = asyncio.create_task(restore())

    async def _follow_owner(self) -> None:
        # No system tells that a lock is free again, or that a file of another process has changed.
        while self.manager.journal.state is JournalState.READ_ONLY:
            await asyncio.sleep(FOLLOW_SECONDS)
            await self.manager.follow()

    async def restored(self) -> None:
        """Wait for the journal, when there is one."""
        if self._restoring is not None:
            await asyncio.shield(self._restoring)

    async def close(self) -> None:
        """End the jobs as interrupted, because nobody cancelled them; returns when they are over."""
        if self._restoring is not None and not self._restoring.done():
            self._restoring.cancel()
            await asyncio.wait([self._restoring])
        await self.manager.close(JobState.INTERRUPTED)

    def run_task(self, work: Coroutine[Any, Any, Any]) -> None:
        """Run something beside the requests; its errors go to the log."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finish_task)

    def _finish_task(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("Something in the daemon broke: %s", error, exc_info=error)

    def watch(self, pid: int) -> None:
        """End when this process is gone."""

        async def wait() -> None:
            await process_end(pid)
            self.leave(Ending.EDITOR_GONE)

        self.run_task(wait())

    async def show(self, job_id: str, token: lsp.ProgressToken | None) -> None:
        """Show a job's progress under the client's token, or else under one of our own."""
        if token is None:
            token = await create_token(self)
        if token is None:
            return
        job = self.manager.job(job_id)
        shown = JobProgress(
            self.work_done_progress, token, lambda: self.run_task(self.manager.cancel(job_id))
        )
        shown.begin(job)
        shown.update(job)
        if not is_still(job.state):
            self._progress[job_id] = shown

    def check_token(self, token: lsp.ProgressToken | None) -> None:
        """Raises InvalidOption when another render uses the token."""
        if token is not None and token in self.work_done_progress.tokens:
            raise InvalidOption(
                f"The progress token {token!a} is in use.", "Use a new token for each render."
            )

    def _tell(self, job: Job) -> None:
        self.protocol.notify(protocol.RENDER_CHANGED, job_messages.RenderChangedParams(job))
        if (shown := self._progress.get(job.id)) is not None:
            shown.update(job)
            if is_still(job.state):
                del self._progress[job.id]
        if _is_paused_here(job):
            self._paused.add(job.id)
        elif job.id in self._paused:
            self._paused.discard(job.id)
            if not is_still(job.state):
                self.run_task(self.show(job.id, None))

    def _tell_removed(self, job_ids: tuple[str, ...]) -> None:
        self.protocol.notify(protocol.RENDERS_REMOVED, job_messages.RendersRemovedParams(job_ids))

    def report_server_error(self, error: Exception, source: type[Exception]) -> None:
        """Log what went wrong outside of a request; an error of a request is in its answer."""
        if source is not FeatureRequestError:
            logger.error("The editor's message could not be handled: %s", error, exc_info=True)


def _is_paused_here(job: Job) -> bool:
    """Whether this daemon will go on with a job; of another window's, that window shows the progress."""
    return job.state is JobState.PAUSED and not job.elsewhere
