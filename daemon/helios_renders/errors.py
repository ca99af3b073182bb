"""Every error that a person can meet, in one tree.

* HeliosError
  + UsageError                 what was asked cannot be done; nothing was started (exit code 2)
    - InvalidOption
    - CompositionNotFound
    - NotAComposition
    - PageUnreachable
    - PageNeverReady
    - OutputExists
    - OutputNotWritable
    - BrowserMissing
    - FfmpegMissing
    - JobNotFound
    - WrongJobState
    - JournalNotWritable
    - JournalReadOnly
    - MediaUnplayable
  + RenderFailed               the work began and broke (exit code 1)
    - PageFailed
    - PageStalled
      . PageHung
    - BrowserFailed
      . SandboxFailed
      . GraphicsMissing
      . SurfaceFailed
    - EncoderFailed
    - AssemblyFailed
    - WorkerLost
    - SetupFailed
    - DiskFull
  + RenderCancelled            somebody asked for it to stop (exit code 130)

`code` is the stable name used in JSON, `message` says what is wrong and where, `advice` says what to do,
`details` carries evidence: the tail of ffmpeg's stderr or of the page's console.
"""

from typing import ClassVar


class HeliosError(Exception):
    """Something that a person should read: what is wrong, where, and what to do."""

    code: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 1
    rpc_code: ClassVar[int] = 1000

    def __init__(self, message: str, advice: str = "", details: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice
        self.details = details


class UsageError(HeliosError):
    """What was asked for cannot be done; nothing was started."""

    code = "usage"
    exit_code = 2
    rpc_code = 1100


class InvalidOption(UsageError):
    """An option's value is outside what is allowed."""

    code = "invalidOption"
    rpc_code = 1101


class CompositionNotFound(UsageError):
    """The page's path does not exist."""

    code = "compositionNotFound"
    rpc_code = 1102


class NotAComposition(UsageError):
    """The path exists and holds no page that can be rendered."""

    code = "notAComposition"
    rpc_code = 1103


class PageUnreachable(UsageError):
    """The page's address does not answer, or answers with an error."""

    code = "pageUnreachable"
    rpc_code = 1104


class PageNeverReady(UsageError):
    """The page did not finish loading within its time."""

    code = "pageNeverReady"
    rpc_code = 1105


class OutputExists(UsageError):
    """The output file is there already and may not be replaced."""

    code = "outputExists"
    rpc_code = 1106


class OutputNotWritable(UsageError):
    """The output's folder cannot take a file."""

    code = "outputNotWritable"
    rpc_code = 1107


class BrowserMissing(UsageError):
    """No Chromium was found."""

    code = "browserMissing"
    rpc_code = 1108


class FfmpegMissing(UsageError):
    """No ffmpeg was found, or it lacks the encoder that is needed."""

    code = "ffmpegMissing"
    rpc_code = 1109


class JobNotFound(UsageError):
    """No job has this id."""

    code = "jobNotFound"
    rpc_code = 1110


class WrongJobState(UsageError):
    """The job's state does not allow what was asked for."""

    code = "wrongJobState"
    rpc_code = 1111


class JournalNotWritable(UsageError):
    """A job could not be written down, so it was not accepted."""

    code = "journalNotWritable"
    rpc_code = 1112


class JournalReadOnly(UsageError):
    """The job belongs to another daemon, which owns the journal."""

    code = "journalReadOnly"
    rpc_code = 1113


class MediaUnplayable(UsageError):
    """A video or sound of the page is there, and this browser cannot decode it."""

    code = "mediaUnplayable"
    rpc_code = 1114


class RenderFailed(HeliosError):
    """The work began and broke."""

    code = "renderFailed"
    rpc_code = 1200


class PageFailed(RenderFailed):
    """A script of the page threw."""

    code = "pageFailed"
    rpc_code = 1201


class PageStalled(RenderFailed):
    """The page did not come to rest at a frame within its time."""

    code = "pageStalled"
    rpc_code = 1202


class PageHung(PageStalled):
    """The page did not answer at all, as when a script runs without end."""

    code = "pageHung"
    rpc_code = 1208


class BrowserFailed(RenderFailed):
    """The browser did not start, crashed or closed."""

    code = "browserFailed"
    rpc_code = 1203


class SandboxFailed(BrowserFailed):
    """The browser did not start, because this machine does not let it make its sandbox."""

    code = "sandboxFailed"
    rpc_code = 1211


class GraphicsMissing(BrowserFailed):
    """A graphics card is wanted in any case, and the browser draws without one."""

    code = "graphicsMissing"
    rpc_code = 1212


class SurfaceFailed(BrowserFailed):
    """This page in this browser cannot be drawn on the surface, however often it is tried."""

    code = "surfaceFailed"
    rpc_code = 1209


class EncoderFailed(RenderFailed):
    """ffmpeg ended with an error or with fewer frames than it was given."""

    code = "encoderFailed"
    rpc_code = 1204


class AssemblyFailed(RenderFailed):
    """The chunks did not add up to the planned video."""

    code = "assemblyFailed"
    rpc_code = 1205


class WorkerLost(RenderFailed):
    """A worker process ended without a word."""

    code = "workerLost"
    rpc_code = 1206


class SetupFailed(RenderFailed):
    """`helios setup` could not install what is missing."""

    code = "setupFailed"
    rpc_code = 1207


class DiskFull(RenderFailed):
    """A file could not be written because its disk has no room."""

    code = "diskFull"
    rpc_code = 1210

    needed_bytes: int | None = None
    """How much room a new beginning would need; None where nobody knows."""


class RenderCancelled(HeliosError):
    """Somebody asked for the render to stop."""

    code = "cancelled"
    exit_code = 130
    rpc_code = 1300


def error_classes() -> dict[str, type[HeliosError]]:
    """Every class of the tree by its `code`, to rebuild an error that crossed a process border."""

    def walk(cls: type[HeliosError]) -> list[type[HeliosError]]:
        return [cls, *(found for child in cls.__subclasses__() for found in walk(child))]

    return {cls.code: cls for cls in walk(HeliosError)}
