"""The daemon's last log lines, to be found again by the job that they are about."""

import logging
from collections import deque

from helios_renders.server.job_messages import LogLine

KEPT_LINES = 5000
"""At about 200 bytes a line, one megabyte."""


class RecentLines(logging.Handler):
    """Keeps the newest lines of a logger, without their tracebacks."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self._lines: deque[LogLine] = deque(maxlen=KEPT_LINES)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one line."""
        self._lines.append(LogLine(record.created, record.levelname.lower(), record.getMessage()))

    def about(self, job_id: str) -> tuple[LogLine, ...]:
        """The lines that name a job, oldest first."""
        self.acquire()
        try:
            return tuple(line for line in self._lines if job_id in line.message)
        finally:
            self.release()
