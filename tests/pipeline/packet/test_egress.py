"""The guard in front of every router: no identifier passes in any form, and nothing fixed causes a refusal."""

import base64
import json
import time

import pytest
import rfc8785
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from classifiers import resources
from pipeline.errors import PacketRefusedError
from pipeline.packet.egress import carries, guard
from pipeline.packet.lexicon import Lexicon, LexiconTerm
from pipeline.packet.outcome import Conditions, Outcome
from pipeline.packet.packet import pack

VOCABULARY, LEXICON = resources.vocabulary(), resources.lexicon()
NAMES = st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=5, max_size=14)


def packet(stack=(), versions=None, lexicon=LEXICON, problem="connection_pool_exhaustion"):
    symptom = next(t.id for t in VOCABULARY.symptoms.values() if t.domain == VOCABULARY.domain(problem))
    conditions = Conditions(tuple(stack), versions or {}, load_profile="peak")
    return pack(Outcome(problem, symptom, None, "resolved", 0.9, conditions=conditions), VOCABULARY, lexicon).body


def check(body, identifiers, lexicon=LEXICON):
    guard(body, vocabulary=VOCABULARY, lexicon=lexicon, identifiers=identifiers)


def smuggling(term):
    """A lexicon that somebody slipped `term` into: the guard has to hold even then."""
    return Lexicon(LEXICON.version, {**LEXICON.terms, term: LexiconTerm(term, None, 1, ())})


def test_a_clean_packet_passes():
    check(packet(["postgresql", "sqlalchemy"], {"postgresql": "14"}), ["Marrowbank", "Odile Ferracane", "10.2.3.4"])


@pytest.mark.parametrize(
    "name", ["Cache", "cache failure", "Peak", "resolved", "connection pool exhaustion", "stack", "v"]
)
def test_fixed_ids_and_keys_cannot_carry_anything(name):
    check(packet(), [name])


def test_a_customer_named_like_a_product_blocks_that_product():
    check(packet(["postgresql"]), ["Okta"])
    with pytest.raises(PacketRefusedError, match="identifier_in_packet"):
        check(packet(["okta"]), ["Okta"])


def test_a_version_is_looked_at_too():
    with pytest.raises(PacketRefusedError):
        check(packet(versions={"postgresql": "4412"}), ["4412"])


def test_a_short_name_inside_a_word_is_no_leak():
    check(packet(["postgresql"]), ["Al", "gre", "sql"])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b"x" * 513,
        packet()[:-1],
        packet() + b" ",
        packet().replace(b'"peak"', b'"marrowbank"'),
        packet().replace(b'"v":1', b'"v":2'),
        packet().replace(b'"ruled_out"', b'"marrowbank"'),
        packet(["postgresql"]).replace(b"postgresql", b"marrowbank"),
    ],
)
def test_what_is_no_packet_is_refused_without_quoting_it(body):
    with pytest.raises(PacketRefusedError) as refused:
        check(body, [])
    assert "marrowbank" not in str(refused.value)


FORMS = {
    "raw": lambda name: name,
    "joined in a longer word": lambda name: f"x{name}y",
    "separated": lambda name: "_".join((name[:2], name[2:])),
    "hex": lambda name: name.encode().hex(),
    "hex of the written form": lambda name: name.capitalize().encode().hex(),
    "base64": lambda name: base64.b64encode(name.encode()).decode().rstrip("="),
    "base64 inside more": lambda name: base64.b64encode(f"a{name}bc".encode()).decode().rstrip("="),
    "base64 two in": lambda name: base64.b64encode(f"ab{name}".encode()).decode().rstrip("="),
}


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=60, deadline=None)
@given(name=NAMES)
def test_every_form_of_an_identifier_is_refused(form, name):
    term = FORMS[form](name)
    lexicon = smuggling(term)
    body = packet([term], lexicon=lexicon)
    check(body, [], lexicon)
    for written in (name, name.capitalize(), name.upper()):
        with pytest.raises(PacketRefusedError, match="identifier_in_packet"):
            check(body, [written], lexicon)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(LEXICON.terms)), st.lists(NAMES, max_size=6))
def test_names_that_are_not_there_never_refuse(term, names):
    assume(not any(name in term.replace("_", "") for name in names))
    assert not carries(term, names)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(max_size=20), max_size=8), st.sampled_from(["Kafka", "kafka", "KAFKA", "kaf ka", "ka-fka"]))
def test_other_identifiers_hide_nothing(others, name):
    assert carries("apache_kafka", [*others, name])


def test_an_organisation_with_many_names_costs_little():
    names = [f"Customer Number {index} Holdings" for index in range(20_000)]
    body = packet(["postgresql", "sqlalchemy", "kubernetes"], {"postgresql": "14"})
    started = time.process_time()
    check(body, names)
    assert time.process_time() - started < 2


def test_bytes_and_fields_agree():
    body = packet(["postgresql"])
    assert rfc8785.dumps(json.loads(body)) == body
    check(body, [])
