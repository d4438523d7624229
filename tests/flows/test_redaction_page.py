"""The redaction page: escaped, self-contained, and without anything raw unless asked for."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.redaction_page import RedactionItem, render_redaction_page
from pipeline.redaction.scrubbed import Entity, ScrubbedCue, ScrubbedRecording

SCRUBBED = ScrubbedRecording(
    cues=(
        ScrubbedCue("hi it's <PERSON> from <ORGANIZATION>", 0.0, 4.0),
        ScrubbedCue("the pool ran dry on <HOST>", 3725.0),
        ScrubbedCue("untimed <UNKNOWN_TERM> words"),
    ),
    metadata={"title": "<PERSON> explains", "tags": ("incident", "<UNKNOWN_TERM>")},
    entities=(
        Entity("PERSON", 8, 16, 0.91, "closed_world", "cue:0"),
        Entity("ORGANIZATION", 22, 36, 1.0, "own", "cue:0"),
        Entity("HOST", 20, 26, 0.75, "host", "cue:1"),
        Entity("UNKNOWN_TERM", 8, 22, 0.5, "closed_world", "cue:2"),
        Entity("PERSON", 0, 8, 1.0, "metadata", "metadata.title"),
        Entity("UNKNOWN_TERM", 0, 14, 0.5, "closed_world", "metadata.tags[1]"),
    ),
)
ORIGINALS = ("Odile", "Marrowbank", "ledger oh four", "Zorbulate", "Odile Ferracane", "zorbulate")
ITEM = RedactionItem("odile/ledger-talk.vtt", SCRUBBED, ORIGINALS)


def marks(page):
    return re.findall(r'<mark data-type="(\w+)" title="([^"]*)">([^<]*)', page)


def test_every_mask_stands_where_it_is_with_its_reason():
    page = render_redaction_page([ITEM], show=False)
    assert marks(page) == [
        ("PERSON", "metadata, 1.00", "&lt;PERSON&gt;"),
        ("UNKNOWN_TERM", "closed_world, 0.50", "&lt;UNKNOWN_TERM&gt;"),
        ("PERSON", "closed_world, 0.91", "&lt;PERSON&gt;"),
        ("ORGANIZATION", "own, 1.00", "&lt;ORGANIZATION&gt;"),
        ("HOST", "host, 0.75", "&lt;HOST&gt;"),
        ("UNKNOWN_TERM", "closed_world, 0.50", "&lt;UNKNOWN_TERM&gt;"),
    ]
    assert "1:02:05" in page
    assert "person 2, organization 1, host 1, unknown term 2" in page
    assert "6 places masked" in page


@pytest.mark.parametrize("raw", [*ORIGINALS, "ledger-talk", "odile/"])
def test_nothing_raw_without_show(raw):
    assert raw.lower() not in render_redaction_page([ITEM], show=False).lower()


@pytest.mark.parametrize("raw", [*ORIGINALS, "odile/ledger-talk.vtt"])
def test_show_adds_what_was_masked(raw):
    page = render_redaction_page([ITEM], show=True)
    assert raw in page
    assert "Keep it to yourself" in page


def test_terms_masked_most_often_are_counted_over_recordings():
    page = render_redaction_page([ITEM, ITEM], show=True)
    assert re.search(r"<td>zorbulate</td><td class=\"number\">4</td><td class=\"number\">2</td>", page)
    assert 'id="often"' not in render_redaction_page([ITEM, ITEM], show=False)


def test_what_was_not_covered_is_counted_and_named_only_when_asked():
    failed = [("odile/bad.vtt", "source: empty"), ("b<i>.json", "source: malformed_json")]
    plain = render_redaction_page([ITEM], show=False, not_covered=failed)
    assert 'source: empty</td><td class="number">1<' in plain
    assert "bad.vtt" not in plain
    shown = render_redaction_page([ITEM], show=True, not_covered=failed)
    assert "<li>odile/bad.vtt (source: empty)</li>" in shown
    assert "b&lt;i&gt;.json" in shown
    assert "Not covered" not in render_redaction_page([ITEM], show=False)


def test_nothing_is_fetched_from_outside():
    page = render_redaction_page([ITEM], show=True)
    assert not re.search(r"""(?:src|href|action)\s*=\s*["'](?!#|data:)""", page)
    assert "url(" not in page
    assert "@import" not in page
    assert "default-src 'none'" in page


def test_an_empty_source_makes_a_page():
    page = render_redaction_page([], show=False)
    assert "0 recordings" in page
    assert "No recordings" in page


def test_overlapping_or_missing_originals_do_not_break_the_page():
    odd = ScrubbedRecording(
        (ScrubbedCue("<PERSON> x"),),
        entities=(Entity("PERSON", 0, 8, 1, "a", "cue:0"), Entity("HOST", 3, 8, 1, "b", "cue:0")),
    )
    page = render_redaction_page([RedactionItem("x", odd, ())], show=True)
    assert len(marks(page)) == 1


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=st.sampled_from("<>&\"'/scriptimg=onerror "), min_size=1, max_size=60))
def test_markup_in_a_transcript_is_text(text):
    scrubbed = ScrubbedRecording((ScrubbedCue(text, 0.0),), metadata={"title": text})
    page = render_redaction_page([RedactionItem(text, scrubbed, ())], show=True)
    plain = render_redaction_page(
        [RedactionItem("x", ScrubbedRecording((ScrubbedCue("x", 0.0),), metadata={"title": "x"}), ())], show=True
    )
    assert page.count("<") == plain.count("<")
    assert page.count('"') == plain.count('"')
