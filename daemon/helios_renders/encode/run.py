"""An ffmpeg that is not fed: run to its end, for what it prints or for what it writes."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from helios_renders.encode.disk import disk_full, is_full
from helios_renders.errors import AssemblyFailed

QUIET = ("-hide_banner", "-nostdin", "-loglevel", "error")


def absolute_program(executable: str) -> str:
    """The same program from any folder; a bare name is looked up by the system."""
    return str(Path(executable).absolute()) if Path(executable).name != executable else executable


async def output_of(command: list[str], doing: str, folder: Path, *, cwd: Path | None = None) -> bytes:
    """What an ffmpeg command prints, in the folder `cwd`; ends with the caller when that is cancelled.

    `doing` and `folder` are what and where, for a person. Raises AssemblyFailed and DiskFull.
    """
    code, stdout, stderr = await outcome_of(command, cwd)
    _check(code, stderr, doing, folder)
    return stdout


async def outcome_of(command: list[str], cwd: Path | None = None) -> tuple[int, bytes, bytes]:
    """The code that an ffmpeg command ends with, and what it prints; raises AssemblyFailed."""
    process = await _start(command, cwd)
    async with _ending(process):
        stdout, stderr = await process.communicate()
    return await process.wait(), stdout, stderr


async def run_encoder(command: list[str], doing: str, folder: Path, on_frame: Callable[[int], None]) -> None:
    """As `output_of`, for an ffmpeg that prints its progress: tells how many frames it has encoded."""
    process = await _start(command, folder)
    assert process.stdout is not None
    assert process.stderr is not None
    async with _ending(process), asyncio.TaskGroup() as group:
        errors = group.create_task(process.stderr.read())
        async for line in process.stdout:
            key, _, value = line.decode().strip().partition("=")
            if key == "frame":
                on_frame(int(value))
        code = await process.wait()
    _check(code, errors.result(), doing, folder)


async def _start(command: list[str], cwd: Path | None) -> asyncio.subprocess.Process:
    try:
        return await asyncio.create_subprocess_exec(
            *command,
            cwd=cwd,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
    except OSError as error:
        raise AssemblyFailed(f"ffmpeg did not start: {error.strerror}.") from error


@contextlib.asynccontextmanager
async def _ending(process: asyncio.subprocess.Process) -> AsyncIterator[None]:
    """Ends the process with whoever waits for it."""
    try:
        yield
    except BaseException:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        raise


def _check(code: int, stderr: bytes, doing: str, folder: Path) -> None:
    lines = stderr.decode(errors="replace").splitlines()[-20:]
    # ffmpeg ends with 0 although the last bytes of a file found no room.
    if is_full(lines):
        raise disk_full(folder)
    if code == 0:
        return
    raise AssemblyFailed(
        f"ffmpeg ended with code {code} while {doing}.",
        "The last lines of ffmpeg say why.",
        tuple(lines),
    )
