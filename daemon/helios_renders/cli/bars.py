"""What a render tells on a terminal: a bar for all and a line for each worker."""

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from helios_renders.cli import words
from helios_renders.cli.report import MIN_INTERVAL, Pace, outcome, progress_line, result_lines
from helios_renders.errors import HeliosError
from helios_renders.jobs.job import Job, JobError
from helios_renders.render.progress import RenderProgress, WorkerProgress


class BarReporter:
    """A bar for the running job and a line for each worker, on standard error; results on standard output."""

    def __init__(self, *, several: bool, console: Console | None = None, out: Console | None = None) -> None:
        self._several = several
        self._console = console or Console(stderr=True, highlight=False)
        self._out = out or Console(highlight=False, soft_wrap=True)
        self._pace = Pace(MIN_INTERVAL)
        self._live: Live | None = None

    def changed(self, job: Job) -> None:
        """Draw the job's progress, at most ten times a second."""
        if job.progress is None or not self._pace.ready():
            return
        if self._live is None:
            self._live = Live(console=self._console, auto_refresh=False, transient=True)
            self._live.start()
        self._live.update(picture(job.name, job.progress), refresh=True)

    def ended(self, job: Job) -> None:
        """Take the bar away and print the job's result or error."""
        self.close()
        if job.result is None:
            self._error(outcome(job), job.name if self._several else "")
            return
        for number, line in enumerate(result_lines(job.result)):
            self._out.print(Text(line, style="bold" if number == 0 else ""))

    def refused(self, error: HeliosError, subject: str = "") -> None:
        """Print the error."""
        self.close()
        self._error(error, subject)

    def close(self) -> None:
        """Take the bar away and give the cursor back."""
        if self._live is not None:
            self._live.stop()
            self._live = None

    def _error(self, error: HeliosError | JobError, subject: str) -> None:
        for number, line in enumerate(words.error_lines(error, subject)):
            self._console.print(Text(line, style="red" if number == 0 else ""), soft_wrap=True)


def picture(name: str, progress: RenderProgress) -> Group:
    """The bar and the workers' lines."""
    top = Table.grid(padding=(0, 1))
    top.add_row(
        Text(name, style="bold"),
        ProgressBar(total=100, completed=progress.percent, width=30),
        Text(progress_line(progress)),
    )
    workers = Table.grid(padding=(0, 2))
    for worker in progress.workers:
        workers.add_row(*_cells(worker))
    return Group(top, workers)


def _cells(worker: WorkerProgress) -> tuple[str, ...]:
    return (
        f"  worker {worker.worker + 1}",
        "" if worker.state == "capturing" else worker.state,
        "" if worker.chunk is None else f"chunk {worker.chunk + 1}",
        "" if worker.frame is None else f"frame {worker.frame}",
        "" if worker.fps is None else f"{worker.fps:.1f} fps",
    )
