import asyncio

from helios_renders.jobs.throttle import Throttle


async def test_the_first_is_told_at_once_and_the_last_after_the_interval() -> None:
    told: list[int] = []
    wanted = 0
    news = asyncio.Event()

    def tell() -> None:
        told.append(wanted)
        news.set()

    throttle = Throttle(tell, 0.05)
    began = asyncio.get_running_loop().time()
    for wanted in range(1, 6):  # noqa: B007 - read by tell
        throttle.request()
    assert told == [1]
    news.clear()
    async with asyncio.timeout(5):
        await news.wait()
    assert told == [1, 5]
    assert asyncio.get_running_loop().time() - began >= 0.05


async def test_what_cannot_wait_stands_for_what_was_waiting() -> None:
    told: list[str] = []
    throttle = Throttle(lambda: told.append("news"), 0.05)
    throttle.request()
    throttle.request()
    throttle.now()
    assert len(told) == 2
    await asyncio.sleep(0.15)
    assert len(told) == 2
    throttle.request()
    assert len(told) == 3
