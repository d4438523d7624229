import pytest

from classifiers import resources
from classifiers.evaluation.figures import Rate
from classifiers.evaluation.judged import AXIS_NAMES, Judged
from classifiers.evaluation.report import SplitResult, render

FACTS = {"authors": 2, "recordings": 3, "passages": 4, "words": 500, "versions": {"numpy": "2"}, "digest": "abc"}


def one(name, problem, said):
    gold = {
        "problem_type": problem,
        "symptom_pattern": "full_outage",
        "resolution_pattern": "code_fix",
        "outcome": "resolved",
        "stack": ["redis"],
    }
    top = {
        "problem_type": ((said, 0.8), ("dns_failure", 0.1)),
        "symptom_pattern": (("full_outage", 0.7),),
        "resolution_pattern": (("code_fix", 0.6),),
    }
    evidence = (("diagnosis", "it said <b>no</b> to <PERSON> & left"),)
    return Judged(
        name, name[0], name, "lower", gold, top, {"outcome": "resolved"}, dict.fromkeys(AXIS_NAMES, True), evidence
    )


@pytest.fixture(scope="module")
def page():
    alias = dict.fromkeys(AXIS_NAMES, Rate(0.1, 0.0, 0.3, 2))
    split = (one("a/x", "dns_failure", "dns_failure"), one("b/y", "slow_query", "cpu_saturation"))
    splits = [
        SplitResult("leave-author-out", "nothing seen", split, alias),
        SplitResult("random", "some", split, alias),
    ]
    return render(splits, FACTS, resources.vocabulary())


def test_the_page_leads_with_the_costliest_split_and_says_how_it_was_made(page):
    assert page.index("leave-author-out") < page.index("<strong>random")
    assert "not independent of one another" in page
    assert "it said &lt;b&gt;no&lt;/b&gt; to &lt;PERSON&gt; &amp; left" in page


def test_the_page_asks_for_nothing_from_outside(page):
    assert "http://" not in page
    assert "https://" not in page
    assert "<script" not in page


@pytest.mark.browser
def test_the_page_renders_without_errors_or_requests(page, tmp_path):
    from playwright.sync_api import sync_playwright

    path = tmp_path / "report.html"
    path.write_text(page, encoding="utf-8")
    troubles, asked = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        view = browser.new_page()
        view.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
        view.on("pageerror", lambda error: troubles.append(str(error)))
        view.on("request", lambda request: asked.append(request.url))
        view.goto(path.as_uri())
        assert view.locator("h2").count() == 7
        assert view.locator("svg").count() == 6
        view.locator("#errors ~ details summary").first.click()
        assert view.get_by_text("it said <b>no</b>").is_visible()
        browser.close()
    assert not troubles
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
