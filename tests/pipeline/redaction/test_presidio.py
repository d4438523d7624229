import re
import socket

import pytest

from benchmarks.annotated import read_corpus
from pipeline.errors import ConfigurationError, RedactionFailedError
from pipeline.recording import Cue, Recording
from pipeline.redaction import presidio
from pipeline.redaction.merging import apply, merge
from pipeline.redaction.span import Span

REGISTRY = """
supported_languages: [en]
global_regex_flags: 26
recognizers:
  - name: Badge recognizer
    supported_language: en
    supported_entity: BADGE
    type: custom
    patterns:
      - {name: badge, regex: "\\\\bbadge [a-z]{4}\\\\b", score: 0.9}
"""


@pytest.fixture
def registry(tmp_path):
    path = tmp_path / "registry.yaml"
    path.write_text(REGISTRY, encoding="utf-8")
    return path


def test_presidio_and_the_fast_path_scrub_alike(scrubber):
    texts = [cue.text for item in read_corpus()[:8] for cue in item.recording.cues][:60]
    analyzer = presidio.analyzer(scrubber.detectors, [])
    for text in texts:
        results = analyzer.analyze(text, language="en")
        spans = [Span(r.start, r.end, r.entity_type, r.score, "presidio") for r in results]
        assert apply(merge(spans, text), text)[0] == scrubber.scrub(Recording("", "", (Cue(text),))).recording.text


def test_a_users_own_recognizers_take_part(make_scrubber, registry):
    text = "then the badge door is slow"
    assert make_scrubber().scrub_text(text).cues[0].text == text
    assert make_scrubber(registry_yaml=registry).scrub_text(text).cues[0].text == "then the <BADGE> is slow"


def test_a_registry_presidio_refuses_is_a_configuration_error(make_scrubber, tmp_path):
    path = tmp_path / "broken.yaml"
    path.write_text("recognizers: 7", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=re.escape("broken.yaml")):
        make_scrubber(registry_yaml=path).scrub_text("hello")


def test_a_pattern_presidio_gives_up_on_stops_the_recording(make_scrubber, registry, monkeypatch):
    slow = registry.read_text(encoding="utf-8").replace("badge [a-z]{4}", "(a|aa)+c")
    registry.write_text(slow, encoding="utf-8")
    monkeypatch.setattr("presidio_analyzer.pattern_recognizer.REGEX_TIMEOUT_SECONDS", 0.2)
    with pytest.raises(RedactionFailedError):
        make_scrubber(registry_yaml=registry, timeout_s=20.0).scrub_text("a" * 200 + " b")


def test_no_recognizer_touches_the_network(make_scrubber, registry, monkeypatch):
    registry.write_text(REGISTRY + "  - {name: EmailRecognizer, type: predefined}\n", encoding="utf-8")

    def refuse(*_):
        raise AssertionError

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    text = (
        make_scrubber(registry_yaml=registry)
        .scrub_text("we wrote to odile@marrowbank.example or bob@gmail.com")
        .cues[0]
        .text
    )
    assert text == "we wrote to <EMAIL_ADDRESS> or <EMAIL_ADDRESS>"
