"""A render that is stopped, in every way a person has, leaves nothing behind."""

import re

import psutil
from playwright.sync_api import Locator, expect

from editor.code_server import CodeServer
from editor.conftest import Windows
from editor.processes import END_S, daemons, render_processes, wait_until, wait_until_nothing_renders
from editor.workbench import RENDER_MS, STEP_MS, Workbench, press

LONG = 360.0
"""Seconds of video, so that no render is over before it is cancelled."""


def start_long_render(windows: Windows, *, workers: int = 1) -> tuple[Workbench, Locator]:
    window = windows.open({"helios.render.concurrency": workers}, seconds=LONG)
    window.open_helios()
    return window, render_until_it_runs(window)


def render_until_it_runs(window: Workbench) -> Locator:
    progress = window.render_orbit()
    expect(window.row(re.compile(r"^orbit, [1-9]\d* percent"))).to_be_visible(timeout=RENDER_MS)
    return progress


def wait_for_the_files_end(window: Workbench) -> None:
    wait_until(lambda: window.videos() == [], END_S, "no file of the render")


def assert_nothing_left(window: Workbench, server: CodeServer) -> None:
    wait_until_nothing_renders(server)
    expect(window.row(re.compile(r"^orbit, cancelled at \d+ percent"))).to_be_visible(timeout=STEP_MS)
    expect(window.toast("Rendering orbit")).to_be_hidden()
    wait_for_the_files_end(window)


def test_cancel_from_the_notification_the_view_and_the_palette(windows: Windows, editor: CodeServer) -> None:
    window, progress = start_long_render(windows, workers=2)
    assert render_processes(editor)
    progress.get_by_role("button", name="Cancel").click()
    assert_nothing_left(window, editor)
    window.shot("11-cancelled")

    window.command("Helios: Clear Finished Renders")
    render_until_it_runs(window)
    job = window.row(re.compile("^orbit, "))
    job.hover()
    expect(job.get_by_role("button", name="Cancel Render")).to_be_visible(timeout=STEP_MS)
    window.shot("12-cancel-button")
    press(job, "Cancel Render")
    assert_nothing_left(window, editor)

    window.command("Helios: Clear Finished Renders")
    render_until_it_runs(window)
    window.command("Helios: Cancel Render")
    assert_nothing_left(window, editor)
    wait_until(lambda: "Helios: Cancel Render" not in window.offered("Cancel"), 20, "nothing to be cancelled")


def test_restarted_daemon_ends_its_renders(windows: Windows, editor: CodeServer) -> None:
    window, _ = start_long_render(windows)
    (daemon,) = daemons(editor)
    window.command("Helios: Restart Daemon")
    question = "Restarting the daemon ends the renders that are running."
    window.notification(question, STEP_MS)
    assert daemons(editor) == [daemon]
    window.answer(question, "Restart Daemon")
    wait_until(lambda: daemons(editor) not in ([], [daemon]), 60, "another daemon")
    wait_until_nothing_renders(editor)
    expect(window.row(re.compile("^orbit, (cancelled|interrupted)"))).to_be_visible(timeout=STEP_MS)
    expect(window.toast("Rendering orbit")).to_be_hidden()
    wait_for_the_files_end(window)


def test_killed_extension_host_takes_everything_along(windows: Windows, editor: CodeServer) -> None:
    window, _ = start_long_render(windows)
    (daemon,) = daemons(editor)
    host = daemon.parent()
    assert host is not None
    host.kill()
    wait_until(lambda: not psutil.pid_exists(daemon.pid), END_S, "the end of the daemon")
    wait_until_nothing_renders(editor)
    wait_for_the_files_end(window)


def test_a_window_that_is_loaded_again_shows_its_renders(windows: Windows, editor: CodeServer) -> None:
    window, _ = start_long_render(windows)
    (daemon,) = daemons(editor)
    window.load()
    window.open_helios()
    wait_until(lambda: daemons(editor) not in ([], [daemon]), 60, "another daemon")
    job = window.row(re.compile(r"^orbit, interrupted, \d+ of 10800 frames"))
    expect(job).to_be_visible(timeout=STEP_MS)
    window.shot("13-loaded-again")
    job.click(button="right", timeout=STEP_MS)
    expect(window.menu_item("Resume Render")).to_be_visible(timeout=STEP_MS)
    window.choose(job, "Remove from List")
    expect(job).to_be_hidden(timeout=STEP_MS)
