"""The same render gives the same bytes, each time and with another one beside it."""

import asyncio

from render.conftest import Render

ROUNDS = 10


async def test_twenty_renders_two_at_a_time_give_one_digest(render: Render) -> None:
    digests = set()
    for _ in range(ROUNDS):
        rendered = await asyncio.gather(
            *(
                render("barcode-canvas.html", surface="canvas", range="50:70", concurrency=concurrency)
                for concurrency in (1, 2)
            )
        )
        digests |= {each.result.sha256 for each in rendered}
    assert len(digests) == 1
