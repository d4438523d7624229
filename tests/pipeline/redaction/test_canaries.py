"""Ten thousand planted identifiers, written and spoken, in every format and field: none in what is made of a recording."""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from canaries import FORMS, INFO, META, OEMBED, ROW, SPOKEN, Search, write_source

from benchmarks.redaction_recall import wilson
from classifiers.classification import Classification
from flows.cli.classify import classification_json
from flows.redaction_page import RedactionItem, render_redaction_page
from flows.stages import Stages, WorkerSpec, accepted_outcome
from pipeline.packet.packet import Packet
from pipeline.recording import Cue, Recording
from pipeline.redaction.detectors import RECOGNIZERS
from pipeline.redaction.policy import RedactionPolicy
from pipeline.redaction.scrubber import Scrubbing
from pipeline.sources.source import SourceSpec, scan

RECORDINGS = 172
BOUND = 0.01


@dataclass(frozen=True)
class Done:
    """One recording through all stages."""

    name: str
    scrubbing: Scrubbing
    classification: Classification
    packet: Packet

    @property
    def scrubbed(self):
        recording = self.scrubbing.recording
        return json.dumps([recording.text, recording.metadata, recording.labels])


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """The source folder, and all canaries in it."""
    folder = tmp_path_factory.mktemp("canaries")
    planted = write_source(folder, RECORDINGS)
    return SourceSpec(str(folder)), [canary for canaries in planted.values() for canary in canaries]


@pytest.fixture(scope="module")
def search(source):
    return Search(source[1])


@pytest.fixture(scope="module")
def done(source):
    spec, _ = source
    stages = Stages(WorkerSpec(spec, RedactionPolicy(), accept=0.0))
    found = []
    for candidate in scan(spec).candidates:
        examined = stages.examine(candidate)
        outcome = accepted_outcome(examined.classification)
        packet = stages.seal(outcome, examined.scrubbing.identifiers)
        found.append(Done(candidate.name, examined.scrubbing, examined.classification, packet))
    return found


def test_there_are_ten_thousand_of_every_kind_in_every_place(source, done):
    canaries = source[1]
    assert len(canaries) >= 10_000
    assert len(done) == RECORDINGS
    places = {canary.place for canary in canaries}
    assert places >= {"file name", "folder name"} | {f"{form} text" for form in FORMS}
    assert places >= {f"{form} speaker" for form in FORMS}
    for sidecar, fields in (("meta.json", META), ("info.json", INFO), ("oembed.json", OEMBED), ("videos.csv", ROW)):
        assert places >= {f"{sidecar} {field}" for field in fields}
    assert {canary.kind for canary in canaries} >= {kind for kind, _ in SPOKEN}


def test_survivors_in_scrubbed_text_are_few(source, search, done):
    survivors = [canary for item in done for canary in search.found(item.scrubbed)]
    total = len(source[1])
    low, high = wilson(len(survivors), total)
    kinds = Counter(canary.kind for canary in survivors)
    assert high <= BOUND, f"{len(survivors)}/{total} survive [{low:.2%}, {high:.2%}]: {kinds}, as {survivors[:10]}"


def test_the_search_finds_what_is_not_scrubbed(source, search):
    spec, canaries = source
    paths = sorted(Path(spec.url).rglob("*"))
    raw = [path.read_text(encoding="utf-8") for path in paths if path.is_file()]
    assert len(search.found("\n".join((*raw, *map(str, paths))))) == len(canaries)


def test_none_is_in_any_packet(search, done):
    assert len({item.packet.packet_id for item in done}) > 1
    assert search.found("\n".join(item.packet.body.decode() for item in done)) == []


def test_none_is_in_labels_or_evidence(search, done):
    assert any(item.classification.evidence for item in done)
    assert search.found(json.dumps([classification_json("", item.classification) for item in done])) == []


def test_none_is_in_what_a_debugger_or_a_log_would_print(search, done):
    survivors = {canary for item in done for canary in search.found(item.scrubbed)}
    assert set(search.found(repr([(item.scrubbing, item.classification, item.packet) for item in done]))) <= survivors


def test_the_redaction_page_shows_no_more_than_the_scrubbed_text(search, done):
    page = render_redaction_page(
        [RedactionItem(item.name, item.scrubbing.recording, item.scrubbing.originals) for item in done], show=False
    )
    assert set(search.found(page)) <= {canary for item in done for canary in search.found(item.scrubbed)}


OWN = {"customers": ("Open Water Help House",), "members": ("Odile Stepwell",)}
CHECKS = {
    "secret": ("the password is correct horse battery staple", "correct"),
    "email": ("write to support at status page dot io please", "support at status"),
    "url": ("see http://localhost:8080/admin please", "localhost:8080"),
    "repository": ("we pushed to open/help", "open/help"),
    "cloud_id": ("the instance i-0abc123def4567890 was slow", "0abc123def4567890"),
    "ip": ("it was ten dot twenty dot thirty dot forty again", "twenty dot thirty"),
    "host": ("on staging eu two it was slow", "eu two"),
    "account_number": ("account number four four seven one called", "four four seven one"),
    "phone": ("call +44 20 7946 0991 for it", "7946 0991"),
    "ticket": ("it is case four four one two", "four four one two"),
    "channel": ("posted in the incident payments channel again", "incident"),
    "username": ("my handle is night owl", "night"),
    "date": ("it broke on the fourteenth of march", "fourteenth"),
    "own_identifiers": ("then open water help house was slow", "open water"),
    "misheard_names": ("then step well looked", "step well"),
    "places": ("he sits in room 3B today", "3B"),
    "readouts": ("seven four one nine two two was on the screen", "seven four one"),
    "naming_cues": ("the vendor is called first light", "light"),
    "short_codes": ("badge number is nineteen", "nineteen"),
    "closed_world": ("then wanjiru looked", "wanjiru"),
    "adjoining": ("it ran on marrowbank node eleven today", "eleven"),
}


def test_every_recognizer_has_its_check():
    assert set(CHECKS) == set(RECOGNIZERS)


@pytest.mark.parametrize("name", RECOGNIZERS)
def test_with_a_recognizer_switched_off_an_identifier_survives(name, make_scrubber):
    text, telling = CHECKS[name]
    policy = OWN if name in ("own_identifiers", "misheard_names") else {}
    recording = Recording("a.vtt", "", (Cue(text),))
    assert telling not in make_scrubber(**policy).scrub(recording).recording.text
    assert telling in make_scrubber(**policy, disabled=frozenset({name})).scrub(recording).recording.text
