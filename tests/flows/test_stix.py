"""STIX 2.1 export: valid objects, the same on every machine, nothing but typed fields."""

import json
import random

import pytest
import stix2
from typer.testing import CliRunner

from classifiers import resources
from flows.cli.app import app
from flows.stix import bundle_of
from pipeline.packet.validate import validate
from pipeline.routing.cases import collect_cases
from pipeline.routing.sqlite import SqliteRouter
from tests.flows.web.samples import finding, packet, sighting, tombstone

VOCABULARY, LEXICON = resources.vocabulary(), resources.lexicon()


@pytest.fixture
def deposits():
    first = packet("alder", epoch="2025-Q2")
    gone = packet("fir", finding(confidence=0.1))
    return [
        first,
        packet("birch"),
        sighting("cedar", first),
        sighting("elm", first, "did_not"),
        packet("cedar", finding(resolution=None, outcome="unresolved", confidence=0.0)),
        packet(
            "cedar", finding(topic=("connection_pool_exhaustion", "elevated_latency"), versions={"sqlalchemy": "2"})
        ),
        gone,
        tombstone("fir", gone),
    ]


def bundle(deposits):
    cases = collect_cases(deposits, VOCABULARY, LEXICON)
    return bundle_of(sorted(cases, key=lambda case: case.packet_id), VOCABULARY)


def test_the_bundle_is_valid_stix_and_reads_back_as_the_same_packets(deposits):
    parsed = stix2.parse(bundle(deposits).serialize())
    notes = [item for item in parsed.objects if item.type == "note"]
    extension = next(item for item in parsed.objects if item.type == "extension-definition")
    assert {note.content.encode() for note in notes} == {
        d.payload for d in deposits if d.kind == "packet" and d.source_tag != deposits[-1].source_tag
    }
    known = {item.id for item in parsed.objects}
    for note in notes:
        fields = note.extensions[extension.id]
        assert validate(note.content.encode(), VOCABULARY, LEXICON) == fields["packet"]
        assert note.confidence == round(100 * fields["packet"]["confidence"])
        assert set(note.object_refs) <= known
    shared = next(note for note in notes if note.extensions[extension.id]["packet_id"] == deposits[0].packet_id)
    fields = shared.extensions[extension.id]
    assert (fields["sources"], fields["worked"], fields["did_not"], fields["not_applicable"]) == (2, 1, 1, 0)
    assert (shared.created.isoformat(), shared.modified.isoformat()) == (
        "2025-04-01T00:00:00+00:00",
        "2026-10-01T00:00:00+00:00",
    )


def test_the_same_cases_give_the_same_bytes_in_any_order(deposits):
    shuffled = random.Random(1).sample(deposits, len(deposits))
    assert bundle(shuffled).serialize() == bundle(deposits).serialize()


def test_another_source_is_the_same_note_with_more_in_it(deposits):
    before = {item.id for item in bundle(deposits[:1]).objects}
    after = {item.id for item in bundle(deposits[:2]).objects}
    assert before == after
    assert bundle(deposits[:1]).id != bundle(deposits[:2]).id


def test_there_is_no_source_tag_and_no_signature_in_it(deposits):
    text = bundle(deposits).serialize()
    for deposit in deposits:
        assert deposit.source_tag not in text


def test_the_command_writes_a_file(tmp_path, deposits):
    router = SqliteRouter(tmp_path / "router.db")
    router.put_many(deposits)
    router.close()
    file = tmp_path / "outcomes.json"
    arguments = ["export", "--stix", str(file), "--router", f"sqlite:///{tmp_path}/router.db", "--json"]
    done = CliRunner().invoke(app, [*arguments, "--ledger", str(tmp_path / "ledger.db")], catch_exceptions=False)
    assert json.loads(done.stdout) == {"file": str(file), "cases": 3, "objects": len(bundle(deposits).objects)}
    assert stix2.parse(file.read_text()).id == bundle(deposits).id
    for command in ("export", "mcp"):
        assert f"Example: loomroute {command}" in CliRunner().invoke(app, [command, "--help"]).stdout
