"""Exchanging one identifier for another of its type leaves no trace in what is passed on."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from classifiers.classifier import Classifier
from flows.stages import Stages, WorkerSpec, accepted_outcome
from pipeline.recording import Cue, Metadata, Recording
from pipeline.redaction.policy import RedactionPolicy
from pipeline.sources.source import SourceSpec

PEOPLE = (
    "Odile Ferracane",
    "Tobiah Renn",
    "Anneliese Okonkwo",
    "Radek",
    "Siobhan Mac Aodha",
    "Nguyen Thi Hanh",
    "Zbigniew",
    "Ayesha Qureshi",
)
GUESTS = ("Wanjiru", "Katarzyna Wojcik", "Babatunde", "Giovanna", "Xolani Dlamini", "Ingrid")
COMPANIES = ("Marrowbank", "Quillhaven Foods", "Tallowmere", "Ostrander Clinics", "Vexholm & Dray")
HOSTS = ("kiosk-db-2.marrow.internal", "ledger-04.tallowmere.internal", "prod-eu-web-03.quill.internal")
TICKETS = ("OPS-4412", "TLM-482", "KSK-90113")
MAILS = ("odile@marrowbank.example", "t.renn@quill.example", "anneliese.okonkwo@ostrander.example")
PHONES = ("+44 20 7946 0991", "+1 415 555 0134", "+33 1 99 00 12 34")
SECRETS = ("ghp_16C7e42F292c6912E7710c838347Ae178B4a", "AKIAIOSFODNN7EXAMPLE")

filling = st.fixed_dictionaries(
    {
        "owner": st.sampled_from(PEOPLE),
        "guest": st.sampled_from(GUESTS),
        "company": st.sampled_from(COMPANIES),
        "host": st.sampled_from(HOSTS),
        "ticket": st.sampled_from(TICKETS),
        "mail": st.sampled_from(MAILS),
        "phone": st.sampled_from(PHONES),
        "secret": st.sampled_from(SECRETS),
    }
)

POOL = (
    "Hi, this is {owner} and we look at the kiosks of {company}.",
    "They threw 503s at lunch, and {guest} said the pool on {host} was dry.",
    "I opened {ticket}, wrote to {mail} and called {phone}, and nobody was giving connections back.",
    "{guest}'s change released them, the token was {secret}, and {company} is happy. Thanks, {owner}!",
)
CERTIFICATE = (
    "Hello, {owner} here, for everybody who was paged about {company} on Saturday.",
    "Every request to {host} failed with a handshake error from midnight on, and {guest} saw it first.",
    "We suspected the firewall, and {guest} looked at the rules for an hour, and it was not that.",
    "The certificate had expired, because the job that renews it was switched off under {ticket}.",
    "We issued a new one and switched the job on again. Write to {mail} if it comes back.",
)
DISK = (
    "So this is about the volume behind {host}, which filled up every night.",
    "{guest} from {company} rang me on {phone} because nothing could be saved any more.",
    "We restarted the database, and it came back an hour later, so that did not help.",
    "It was the write-ahead log: a replication slot that nobody read kept all of it.",
    "{owner} dropped the slot and the space came back. The alert for it is in {ticket}.",
)
ONBOARDING = (
    "This is {owner}, a short word on {company} before the call on Monday.",
    "After four weeks only two of their forty seats had been used, and {guest} was going to cancel.",
    "Nobody had told the team leads what it is for. The setup itself was fine, {guest} checked that.",
    "We ran two sessions with the team leads, and now thirty people use it every day.",
    "If you want the slides, ask {mail}. The account is noted in {ticket}.",
)
BILLING = (
    "Hi, {owner} again, about the invoice that {company} got twice.",
    "{guest} called {phone} and was rather cross, because both of them had been paid.",
    "We thought that the export was wrong, and it was right. The payment webhook was delivered twice.",
    "There was no idempotency key, so the second delivery made a second invoice. That is {ticket}.",
    "Now the handler drops what it has seen, and we gave the money back. The log is on {host}.",
)
ASSAY = (
    "This is {owner} in the lab of {company}, with what we learned about the plates.",
    "The controls drifted from one plate to the next, and {guest} repeated it three times.",
    "We blamed the reagents, and a fresh batch did the same. The raw files are on {host}.",
    "It was the edge wells: they dried out while the reader was warming up.",
    "With a lid and a shorter wait the drift is gone. {guest} wrote that down under {ticket}.",
)
STORIES = {
    "pool": POOL,
    "certificate": CERTIFICATE,
    "disk": DISK,
    "onboarding": ONBOARDING,
    "billing": BILLING,
    "assay": ASSAY,
}


def recording(names, lower, cues=POOL):
    def fill(text):
        text = text.format(**names)
        return text.lower().replace(",", "").replace("!", "") if lower else text

    metadata = Metadata(
        title=fill("Pool dry at {company}, {owner} explains"),
        description=fill("Asked by {guest}, see {ticket}"),
        owner_name=names["owner"],
        owner_email=names["mail"],
        workspace=names["company"],
        members=(names["owner"],),
        customers=(names["company"],),
        comments=(fill("Nice one {owner}, does {host} need it too?"),),
        chapters=(fill("2:10 what {guest} found"),),
        summary=fill("{owner} fixed the pool of {company}"),
    )
    return Recording("pool.vtt", "", tuple(Cue(fill(text)) for text in cues), metadata)


@pytest.mark.parametrize("lower", [False, True], ids=["cased", "lower"])
@given(left=filling, right=filling, story=st.sampled_from(sorted(STORIES)))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_exchanging_identifiers_leaves_the_scrubbed_recording_the_same(left, right, story, lower, scrubber):
    one, other = (scrubber.scrub(recording(names, lower, STORIES[story])).recording for names in (left, right))
    assert one.text == other.text
    assert one.metadata == other.metadata
    assert one.labels == other.labels


USUAL = {
    "owner": PEOPLE[0],
    "guest": GUESTS[0],
    "company": COMPANIES[0],
    "host": HOSTS[0],
    "ticket": TICKETS[0],
    "mail": MAILS[0],
    "phone": PHONES[0],
    "secret": SECRETS[0],
}


@pytest.fixture(scope="module")
def usual_packets(scrubber, classifier, sealing):
    """The packet of every story with the usual names, in both looks."""
    return {
        (story, lower): packet_of(recording(USUAL, lower, cues), scrubber, classifier, sealing)
        for story, cues in STORIES.items()
        for lower in (False, True)
    }


@pytest.fixture(scope="module")
def classifier():
    return Classifier.load()


@pytest.fixture(scope="module")
def sealing():
    return Stages(WorkerSpec(SourceSpec("none"), RedactionPolicy()))


def packet_of(told, scrubber, classifier, sealing):
    """A recording's packet, each best guess accepted, past the egress guard."""
    scrubbing = scrubber.scrub(told)
    outcome = accepted_outcome(classifier.classify(scrubbing.recording, accept=0.0))
    return sealing.seal(outcome, scrubbing.identifiers).body


@given(names=filling, story=st.sampled_from(sorted(STORIES)), lower=st.booleans())
@settings(max_examples=48, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_exchanging_identifiers_changes_no_packet_byte(
    names, story, lower, usual_packets, scrubber, classifier, sealing
):
    other = packet_of(recording(names, lower, STORIES[story]), scrubber, classifier, sealing)
    assert other == usual_packets[story, lower]


def test_the_packet_depends_on_the_story(usual_packets):
    assert len(set(usual_packets.values())) >= len(STORIES)


@given(left=filling, right=filling)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_typed_query_keeps_no_trace_either(left, right, scrubber):
    text = "kiosks of {company} throw 503s and {guest} sees it on {host}"
    assert scrubber.scrub_text(text.format(**left)).cues == scrubber.scrub_text(text.format(**right)).cues
