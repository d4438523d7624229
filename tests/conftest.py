"""Shared by all tests: where the fixtures are, and a command line of one's own."""

import shutil
from pathlib import Path

import pytest
from command_line import CommandLine

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def loomroute(tmp_path):
    return CommandLine(tmp_path)


@pytest.fixture(scope="session")
def fixtures():
    return ROOT / "fixtures"


@pytest.fixture(scope="module")
def browser():
    """A real Chromium."""
    from playwright.sync_api import sync_playwright

    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as running:
        started = running.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def new_page(browser):
    """Opens pages that remember in `complaints` what went wrong and in `asked` what they fetched."""
    pages = []

    def open_one(**options):
        page = browser.new_page(**options)
        page.complaints, page.asked = [], []
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("request", lambda request: page.asked.append(request.url))
        pages.append(page)
        return page

    yield open_one
    for page in pages:
        page.close()
