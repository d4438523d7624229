"""The review pages in a real browser: decided from the keyboard, readable in both schemes, nothing asked for elsewhere."""

import socket
import threading
import time

import pytest
import uvicorn

from flows.web.review.app import create_app
from tests.flows.web.review_session import TOKEN, Session

pytestmark = pytest.mark.browser
CONTRAST = """() => {
    const light = (colour) => {
        const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map((part) => {
            const value = part / 255;
            return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ground = (element) => {
        const colour = getComputedStyle(element).backgroundColor;
        return colour === 'rgba(0, 0, 0, 0)' && element.parentElement ? ground(element.parentElement) : colour;
    };
    const contrast = (element) => {
        const pair = [light(getComputedStyle(element).color), light(ground(element))].sort((a, b) => b - a);
        return (pair[0] + 0.05) / (pair[1] + 0.05);
    };
    const texts = document.querySelectorAll('body, a, mark, .quiet, .label, .definition, .role, button, input, select, pre');
    return Math.min(...[...texts].map(contrast));
}"""


@pytest.fixture(scope="module")
def served(tmp_path_factory, fixtures):
    session = Session(tmp_path_factory.mktemp("review"), fixtures)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{listening.getsockname()[1]}"
        config = uvicorn.Config(create_app(session.desk, token=TOKEN, host=host), access_log=False, log_level="warning")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.05)
        session.url = f"http://{host}/{TOKEN}/"
        yield session
        server.should_exit = True
        thread.join(10)


@pytest.fixture
def page(new_page, served):
    served.fresh()
    opened = new_page(viewport={"width": 1280, "height": 900})
    opened.goto(served.url)
    yield opened
    assert opened.complaints == []
    assert [url for url in opened.asked if not url.startswith((served.url, "data:"))] == []


def show(page, recording):
    page.get_by_role("link", name=recording).click()
    page.wait_for_selector("form")


def test_a_recording_is_relabelled_and_accepted_from_the_keyboard(page, served):
    page.get_by_role("link", name="payments-503.vtt").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("form")
    assert page.evaluate("document.activeElement.id") == "problem_type"
    page.keyboard.press("Control+a")
    page.keyboard.type("lock_contention")
    page.keyboard.press("Escape")
    assert "lock" in page.locator("#problem_type-definition").inner_text().lower()
    assert page.locator("#stale").is_visible()
    page.keyboard.press("Enter")
    page.wait_for_selector("#stale", state="hidden")
    assert '"problem_type": "lock_contention"' in page.locator("pre").first.inner_text()
    assert served.counts() == {"held": 3}
    page.get_by_role("button", name="Accept").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".said")
    assert page.locator(".said").inner_text() == "Accepted and sent."
    assert served.counts() == {"emitted": 1, "held": 2}


def test_a_best_guess_is_chosen_with_the_space_bar(page):
    show(page, "payments-503.vtt")
    guess = page.locator('button[data-field="symptom_pattern"]').nth(1)
    wanted = guess.get_attribute("data-value")
    guess.focus()
    page.keyboard.press("Space")
    assert page.locator("#symptom_pattern").input_value() == wanted
    assert guess.get_attribute("aria-pressed") == "true"
    assert page.locator('button[data-field="symptom_pattern"][aria-pressed="true"]').count() == 1
    assert page.locator("#symptom_pattern-definition").inner_text() == guess.get_attribute("title")


def test_every_vocabulary_id_is_offered_with_its_definition(page):
    show(page, "zone-expired.vtt")
    options = page.locator("#problem_type-terms option")
    assert options.count() > 40
    assert all(label.partition(": ")[2] for label in options.evaluate_all("all => all.map((one) => one.label)"))


def test_a_rejected_recording_leaves_the_list(page, served):
    show(page, "zone-expired.vtt")
    page.get_by_role("button", name="Reject").click()
    page.wait_for_selector(".said")
    page.goto(served.url)
    assert page.get_by_role("link", name="zone-expired.vtt").count() == 0
    assert served.counts() == {"held": 2, "rejected": 1}


def test_a_transcript_full_of_markup_is_text(page):
    show(page, "markup.txt")
    assert page.evaluate("window.broken") is None
    assert page.locator("img").count() == 0
    assert page.locator("script").count() == 1
    assert "<script>" in page.locator("section").first.inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_is_readable_in_both_schemes(page, scheme):
    page.emulate_media(color_scheme=scheme)
    assert page.evaluate(CONTRAST) >= 4.5
    show(page, "payments-503.vtt")
    assert page.locator("mark").count() > 5
    assert page.locator(".line[data-role]").count() > 5
    assert page.evaluate(CONTRAST) >= 4.5


def test_a_narrow_screen_does_not_scroll_sideways(page):
    page.set_viewport_size({"width": 360, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    show(page, "payments-503.vtt")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
