"""Exchanging one identifier for another of its type leaves no trace in what is passed on."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.recording import Cue, Metadata, Recording

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

CUES = (
    "Hi, this is {owner} and we look at the kiosks of {company}.",
    "They threw 503s at lunch, and {guest} said the pool on {host} was dry.",
    "I opened {ticket}, wrote to {mail} and called {phone}, and nobody was giving connections back.",
    "{guest}'s change released them, the token was {secret}, and {company} is happy. Thanks, {owner}!",
)


def recording(names, lower):
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
    return Recording("pool.vtt", "", tuple(Cue(fill(text)) for text in CUES), metadata)


@pytest.mark.parametrize("lower", [False, True], ids=["cased", "lower"])
@given(left=filling, right=filling)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_exchanging_identifiers_leaves_the_scrubbed_recording_the_same(left, right, lower, scrubber):
    one, other = (scrubber.scrub(recording(names, lower)).recording for names in (left, right))
    assert one.text == other.text
    assert one.metadata == other.metadata
    assert one.labels == other.labels


@given(left=filling, right=filling)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_typed_query_keeps_no_trace_either(left, right, scrubber):
    text = "kiosks of {company} throw 503s and {guest} sees it on {host}"
    assert scrubber.scrub_text(text.format(**left)).cues == scrubber.scrub_text(text.format(**right)).cues
