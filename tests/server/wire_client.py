"""A client that is as strict as an editor's and as impolite as a test needs: it can send any bytes."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psutil

from server.commands import STUB_DAEMON, environment

Message = dict[str, Any]
TIMEOUT = 60.0


def frame(body: bytes) -> bytes:
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


class WireClient:
    """Speaks to a daemon's process; keeps everything that comes, in order."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.messages: list[Message] = []
        self.stderr = b""
        self.closed = False
        self.refuses_requests = False
        self._ids = itertools.count(1)
        self._news = asyncio.Condition()
        self._readers = [asyncio.create_task(self._read()), asyncio.create_task(self._read_errors())]

    async def _read(self) -> None:
        assert self.process.stdout is not None
        while line := await self.process.stdout.readline():
            length = None
            while line != b"\r\n":
                name, _, value = line.decode("ascii").partition(": ")
                assert line.endswith(b"\r\n"), line
                assert name in ("Content-Length", "Content-Type"), line
                length = int(value) if name == "Content-Length" else length
                line = await self.process.stdout.readline()
            assert length is not None
            message = json.loads(await self.process.stdout.readexactly(length))
            if "method" in message and "id" in message:
                refusal = {"error": {"code": -32603, "message": "No, thank you"}}
                self.send({"id": message["id"], **(refusal if self.refuses_requests else {"result": None})})
            async with self._news:
                self.messages.append(message)
                self._news.notify_all()
        async with self._news:
            self.closed = True
            self._news.notify_all()

    async def _read_errors(self) -> None:
        assert self.process.stderr is not None
        while piece := await self.process.stderr.read(4096):
            self.stderr += piece

    def send_bytes(self, data: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(data)

    def send(self, message: Message) -> None:
        self.send_bytes(frame(json.dumps({"jsonrpc": "2.0", **message}).encode()))

    def notify(self, method: str, params: object = None) -> None:
        self.send({"method": method} if params is None else {"method": method, "params": params})

    def ask(self, method: str, params: object = None) -> int:
        """Send a request and return its id."""
        msg_id = next(self._ids)
        self.send({"id": msg_id, "method": method} | ({} if params is None else {"params": params}))
        return msg_id

    async def answer(self, msg_id: object) -> Message:
        """The whole answer to a request."""
        return await self.find(
            lambda message: message.get("id") == msg_id and "method" not in message, f"the answer to {msg_id}"
        )

    async def request(self, method: str, params: object = None) -> Message:
        return await self.answer(self.ask(method, params))

    async def result(self, method: str, params: object = None) -> Any:
        answer = await self.request(method, params)
        assert "error" not in answer, answer
        return answer["result"]

    async def error(self, method: str, params: object = None) -> Message:
        error: Message = (await self.request(method, params))["error"]
        return error

    async def ping(self) -> None:
        """Make sure that the daemon still answers."""
        assert "jobs" in await self.result("helios/renders")

    async def find(self, wanted: Callable[[Message], bool], what: str) -> Message:
        """The first message of that kind, as soon as it is here."""

        def found() -> bool:
            return self.closed or any(map(wanted, self.messages))

        try:
            async with asyncio.timeout(TIMEOUT), self._news:
                await self._news.wait_for(found)
        except TimeoutError:
            raise AssertionError(f"waited for {what}; {self.report()}") from None
        message = next(filter(wanted, self.messages), None)
        assert message is not None, f"the daemon ended before {what}; {self.report()}"
        return message

    async def state(self, job_id: str, state: str) -> Message:
        """The job when it is heard to be in a state."""

        def wanted(message: Message) -> bool:
            if message.get("method") != "helios/render/changed":
                return False
            job = message["params"]["job"]
            return bool(job["id"] == job_id and job["state"] == state)

        job: Message = (await self.find(wanted, f"job {job_id} to be {state}"))["params"]["job"]
        return job

    async def removed(self, job_id: str) -> None:
        """Wait until the job is heard to be in the list no more."""

        def wanted(message: Message) -> bool:
            is_removal = message.get("method") == "helios/renders/removed"
            return is_removal and job_id in message["params"]["jobIds"]

        await self.find(wanted, f"job {job_id} to be removed")

    def notifications(self, method: str) -> list[Any]:
        return [message["params"] for message in self.messages if message.get("method") == method]

    async def initialize(self, capabilities: object = None, **params: object) -> Message:
        given = {"processId": None, "rootUri": None, **params}
        if capabilities is not None:
            given["capabilities"] = capabilities
        result: Message = await self.result("initialize", given)
        self.notify("initialized", {})
        return result

    async def exit_code(self) -> int:
        try:
            return await asyncio.wait_for(self.process.wait(), TIMEOUT)
        except TimeoutError:
            raise AssertionError(f"waited for the daemon to end; {self.report()}") from None

    async def hang_up(self) -> None:
        """Wait until nobody holds the other end of the wire any more."""
        try:
            async with asyncio.timeout(TIMEOUT), self._news:
                await self._news.wait_for(lambda: self.closed)
        except TimeoutError:
            raise AssertionError(f"waited for the daemon to hang up; {self.report()}") from None

    def report(self) -> str:
        return f"last messages {self.messages[-5:]}, standard error {self.stderr.decode(errors='replace')}"

    async def close(self) -> None:
        """End the daemon whatever it does, and check that what it wrote was in order."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        try:
            await asyncio.wait_for(self.process.wait(), 5)
        except TimeoutError:
            process = psutil.Process(self.process.pid)
            # All that it started too, for they may hold the other ends of the pipes.
            for member in (process, *process.children(recursive=True)):
                member.kill()
            await asyncio.wait_for(self.process.wait(), 5)
        await asyncio.wait_for(asyncio.gather(*self._readers), 5)


@asynccontextmanager
async def running(
    command: Sequence[str] = STUB_DAEMON,
    folder: Path | None = None,
    variables: Mapping[str, str] | None = None,
) -> AsyncIterator[WireClient]:
    """A daemon that has not been initialized."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *command, stdin=pipe, stdout=pipe, stderr=pipe, env=environment(**(variables or {})), cwd=folder
    )
    client = WireClient(process)
    try:
        yield client
    finally:
        await client.close()
