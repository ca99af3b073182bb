"""The program of a worker process: the browser's driver starts while the rest is still being imported."""

import asyncio
import importlib
import os
import sys
import tempfile
from typing import BinaryIO

from helios_renders.importing import many_modules

with many_modules():
    from playwright.async_api import async_playwright


async def _main(output: BinaryIO) -> int:
    driver = asyncio.create_task(async_playwright().start())
    reader = asyncio.StreamReader(limit=2**24)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    with many_modules():
        process = await asyncio.to_thread(importlib.import_module, "helios_renders.render.worker_process")
    code: int = await process.serve(reader, output, driver)
    return code


def main() -> int:
    """Runs a worker on this process's standard streams; a stray print goes to standard error."""
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    # When this folder is full, Python would quietly take another one, which nobody cleans up.
    tempfile.tempdir = os.environ.get("TMPDIR")
    return asyncio.run(_main(output))


if __name__ == "__main__":
    sys.exit(main())
