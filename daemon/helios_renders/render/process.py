"""A worker process from the outside: started under supervision, spoken to by lines, ended for certain."""

import asyncio
import contextlib
import os
import shutil
import sys
from collections import deque
from pathlib import Path
from typing import Any

import psutil

from helios_renders.encode.disk import failed_file
from helios_renders.errors import HeliosError, RenderFailed, WorkerLost
from helios_renders.render import messages
from helios_renders.render.driver_cache import driver_variables
from helios_renders.threads import in_thread

REAPER = Path(__file__).with_name("reaper.py")
KILL_SECONDS = 3.0
SILENT_WAITS = 6
"""After so many of its signs of life are missing, a worker counts as lost."""
LINE_LIMIT = 2**26
"""Bytes of one answer; the longest ones carry sounds that a page has within itself."""
_TAIL = 20


class WorkerProcess:
    """One worker and everything below it; `scratch` holds its browser's files and goes with it."""

    def __init__(self, process: asyncio.subprocess.Process, number: int, scratch: Path) -> None:
        self.number = number
        self.failed: int | None = None
        """The attempt that has failed, as far as the worker could tell."""
        self._process = process
        self._scratch = scratch
        self._stderr: deque[str] = deque(maxlen=_TAIL)
        self._reader = asyncio.create_task(self._read_errors())

    @classmethod
    async def start(cls, start: messages.Start, scratch: Path, orphanage: Path) -> "WorkerProcess":
        """Starts a worker process.

        The folders that the JSON list `orphanage` names are removed if this process dies without a word.
        Raises RenderFailed and DiskFull.
        """
        try:
            await in_thread(scratch.mkdir, parents=True)
        except OSError as error:
            raise failed_file(error, scratch.parent) from error
        command = [sys.executable, "-P", "-m", "helios_renders.render.worker"]
        if sys.platform == "linux":
            folders = [str(scratch), str(orphanage)]
            shim = [sys.executable, "-I", "-S", str(REAPER), str(os.getpid()), *folders, "--"]
            command = [*shim, *command]
        environment = {**os.environ, **driver_variables(), "TMPDIR": str(scratch), "PYTHONUTF8": "1"}
        try:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                env=environment,
                limit=LINE_LIMIT,
                # A Ctrl-C in the terminal is for the job's owner alone, who then ends its workers in order.
                start_new_session=True,
            )
        except OSError as error:
            raise RenderFailed(
                f"Worker {start.worker} did not start: {error.strerror}.",
                "Close other programs, or use fewer workers.",
            ) from error
        worker = cls(process, start.worker, scratch)
        await worker.send(start)
        return worker

    async def send(self, command: messages.Command) -> None:
        """Sends one command; a worker that is gone is noticed by `receive`."""
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self._process.stdin.write(messages.encode(command))
            await self._process.stdin.drain()

    async def receive(self) -> Any:
        """The next answer; raises the worker's own error, or WorkerLost when it is gone or stands still."""
        answer: Any = messages.Alive()
        while isinstance(answer, messages.Alive):
            line = await self._line()
            if not line.endswith(b"\n"):
                raise await self._lost()
            answer = messages.decode(line)
        if isinstance(answer, messages.Failed):
            self.failed = answer.attempt
            raise answer.error()
        return answer

    async def _line(self) -> bytes:
        assert self._process.stdout is not None
        # In several waits, because after this process itself stood still, the first one is over at once.
        for _ in range(SILENT_WAITS):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(messages.ALIVE_SECONDS):
                    return await self._process.stdout.readline()
        raise WorkerLost(
            f"Worker {self.number} was not heard of for {SILENT_WAITS * messages.ALIVE_SECONDS:g} s.",
            "Render again; if it happens once more, use fewer workers.",
            tuple(self._stderr),
        )

    async def kill(self) -> None:
        """Ends the worker and everything below it at once; returns when all is gone."""
        await asyncio.shield(asyncio.ensure_future(self._kill()))

    async def _kill(self) -> None:
        tree = _tree(self._process.pid) if self._process.returncode is None else []
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        if sys.platform != "linux":
            _kill_all(tree)
        try:
            await asyncio.wait_for(self._process.wait(), KILL_SECONDS)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
        _kill_all(tree)
        self._reader.cancel()
        await asyncio.to_thread(shutil.rmtree, self._scratch, ignore_errors=True)

    async def _lost(self) -> HeliosError:
        await self._process.wait()
        await asyncio.gather(self._reader, return_exceptions=True)
        return WorkerLost(
            f"Worker {self.number} ended unexpectedly with code {self._process.returncode}.",
            "Render again; if it happens once more, look at the log and run `helios doctor`.",
            tuple(self._stderr),
        )

    async def _read_errors(self) -> None:
        assert self._process.stderr is not None
        async for line in self._process.stderr:
            self._stderr.append(line.decode(errors="replace").rstrip())


def _tree(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _kill_all(processes: list[psutil.Process]) -> None:
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(processes, timeout=KILL_SECONDS)
