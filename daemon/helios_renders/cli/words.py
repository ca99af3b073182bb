"""How numbers, errors and bounds read to a person."""

from helios_renders.errors import HeliosError, RenderCancelled, error_classes
from helios_renders.jobs.job import JobError
from helios_renders.render.concurrency import Bound, Concurrency

_WHY = {
    Bound.REQUEST: "as asked",
    Bound.CORES: "limited by the machine's cores",
    Bound.AFFINITY: "limited by the cores this process may use",
    Bound.CPU_QUOTA: "limited by the container's CPU quota",
    Bound.MEMORY: "limited by free memory",
    Bound.MEMORY_LIMIT: "limited by the container's memory",
    Bound.OTHERS: "limited by other renders",
    Bound.FRAMES: "limited by the number of frames",
    Bound.CHUNKS: "limited by the number of chunks",
    Bound.MAXIMUM: "the most there can be",
}


def one_line(text: str) -> str:
    """The text with every run of white space and control characters as one space.

    Much of what is told comes from pages, and a page must not be able to steer the terminal.
    """
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def counted(number: int, noun: str) -> str:
    """`1 worker`, `2 workers`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def concurrency_line(concurrency: Concurrency) -> str:
    """How many workers there were, out of how many asked for, and why."""
    workers = counted(concurrency.effective, "worker")
    why = _WHY[concurrency.limited_by]
    if concurrency.auto:
        return (
            f"{workers} (auto, {why})" if concurrency.limited_by is not Bound.REQUEST else f"{workers} (auto)"
        )
    if concurrency.limited_by is Bound.REQUEST:
        return workers
    return f"{workers} of {concurrency.requested} asked for, {why}"


def seconds(value: float) -> str:
    """A length of time: `4.2 s`, `1 min 20 s`, `2 h 5 min`."""
    if value < 10:
        return f"{value:.1f} s"
    whole = round(value)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def size(value: int) -> str:
    """A number of bytes: `812 kB`, `4.1 MB`."""
    if value < 1_000_000:
        return f"{value / 1000:.0f} kB"
    return f"{value / 1e6:.1f} MB" if value < 1e9 else f"{value / 1e9:.2f} GB"


def error_lines(error: HeliosError | JobError, subject: str = "") -> list[str]:
    """An error for stderr: one line that says what is wrong, one that says what to do, then the evidence.

    To be cancelled is what somebody wanted, so that is not called an error.
    """
    parts = [
        "" if error.code == RenderCancelled.code else "error",
        subject,
        one_line(error.message) or error.code,
    ]
    lines = [": ".join(part for part in parts if part)]
    if advice := one_line(error.advice):
        lines.append(f"  {advice}")
    return lines + [f"  | {one_line(line)}" for text in error.details for line in text.splitlines()]


def exit_code(error: JobError) -> int:
    """The exit code of a job's error."""
    return error_classes().get(error.code, HeliosError).exit_code
