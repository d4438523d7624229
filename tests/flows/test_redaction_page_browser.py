"""The redaction page in a real browser: markup is text, nothing is fetched, the controls work from the keyboard."""

import pytest

from flows.redaction_page import RedactionItem, render_redaction_page
from pipeline.redaction.scrubbed import Entity, ScrubbedCue, ScrubbedRecording

pytestmark = pytest.mark.browser
MARKUP = "<script>window.broken = 1</script><img src=x onerror='window.broken = 1'></div></details>\"&amp;"
ITEM = RedactionItem(
    "markup<b>.vtt",
    ScrubbedRecording(
        (ScrubbedCue(MARKUP, 0.0), ScrubbedCue("thanks <PERSON>", 2.0), ScrubbedCue("on <HOST>", 4.0)),
        metadata={"title": MARKUP},
        entities=(
            Entity("PERSON", 7, 15, 0.9, "closed_world", "cue:1"),
            Entity("HOST", 3, 9, 0.8, "host", "cue:2"),
        ),
    ),
    ("Odile", "ledger oh four"),
)


@pytest.fixture
def page(new_page, tmp_path):
    file = tmp_path / "redaction.html"
    file.write_text(render_redaction_page([ITEM, ITEM], show=True), encoding="utf-8")
    opened = new_page()
    opened.goto(file.as_uri())
    return opened


def test_a_transcript_full_of_markup_shows_as_text(page):
    assert page.locator(".text").first.inner_text() == MARKUP
    assert page.locator(".text").nth(1).inner_text() == MARKUP
    assert page.evaluate("window.broken") is None
    assert page.locator("script").count() == 1
    assert page.locator("img").count() == 0


def test_nothing_is_asked_for_and_nothing_complains(page):
    assert [url for url in page.asked if not url.startswith(("file:", "data:"))] == []
    assert len([url for url in page.asked if url.startswith("file:")]) == 1
    assert page.complaints == []


def test_types_are_filtered_from_the_keyboard(page):
    assert page.locator("#shown").inner_text() == "4 highlighted"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.dataset.filter") == "PERSON"
    page.keyboard.press("Space")
    assert page.locator("#shown").inner_text() == "2 highlighted"
    page.locator("#only-masked").focus()
    page.keyboard.press("Space")
    visible = [line.inner_text() for line in page.locator(".line:visible").all()]
    assert len(visible) == 2
    assert all("ledger oh four" in line for line in visible)
    page.locator("#none").focus()
    page.keyboard.press("Enter")
    assert page.locator("#shown").inner_text() == "0 highlighted"


def test_reasons_appear_on_demand(page):
    assert not page.locator(".why").first.is_visible()
    page.locator("#reasons").check()
    assert page.locator(".why").first.inner_text().strip() == "closed_world 0.90"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_is_readable_in_both_schemes(page, scheme):
    page.emulate_media(color_scheme=scheme)
    ratio = page.evaluate(
        """() => {
            const light = (colour) => {
                const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map((part) => {
                    const value = part / 255;
                    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
                });
                return 0.2126 * r + 0.7152 * g + 0.0722 * b;
            };
            const contrast = (element) => {
                const style = getComputedStyle(element);
                const pair = [light(style.color), light(style.backgroundColor)].sort((a, b) => b - a);
                return (pair[0] + 0.05) / (pair[1] + 0.05);
            };
            return Math.min(contrast(document.body), ...[...document.querySelectorAll("mark")].map(contrast));
        }"""
    )
    assert ratio >= 4.5


def test_a_narrow_screen_does_not_scroll_sideways(page):
    page.set_viewport_size({"width": 360, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
