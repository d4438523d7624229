import pytest

from classifiers.features.spoken import spoken
from classifiers.features.stated.conditions import stated_conditions
from classifiers.features.stated.customers import segment_of
from classifiers.features.stated.loads import load_profile_of
from classifiers.features.stated.numbers import number_of
from classifiers.features.stated.onsets import onset_of
from classifiers.features.stated.restarts import restart_of
from classifiers.features.stated.trials import trials_of
from pipeline.packet.outcome import CONDITION_ENUMS


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("7", 7),
        ("seven", 7),
        ("twenty four", 24),
        ("the five", 5),
        ("thirty", 30),
        ("eleven hundred", 1100),
        ("two hundred and twelve", 212),
        ("a thousand and six", 1006),
        ("1 140", 1140),
        ("eight twelve", 12),
        ("many", None),
    ],
)
def test_numbers_in_words(words, number):
    assert number_of(words) == number


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("We restarted the pod and three days later it was back again.", "returns"),
        ("a reboot buys us maybe forty minutes", "returns"),
        ("bouncing the broker helped until the next morning", "returns"),
        ("we bounced it, quiet for an hour, then the same again", "returns"),
        ("rebooting it did nothing", "no_effect"),
        ("she power cycled the switch twice, made no difference", "no_effect"),
        ("i restarted the gateway and it came up with exactly the same error", "no_effect"),
        ("a restart always clears it", "clears"),
        ("reboot number one did nothing but after the second restart it was fine for two days", "returns"),
        ("we never touched it", None),
        ("nobody has restarted anything since and nothing changed", None),
        ("please dont restart it when it is slow again", None),
        ("the restart count was at ninety and it still climbed", None),
        ("we restarted it on tuesday", None),
    ],
)
def test_restart(text, said):
    assert restart_of(spoken(text)) == said


@pytest.mark.parametrize(
    ("text", "trials"),
    [
        ("we ran five seeds of it", "5-9"),
        ("first three seeds then a full twelve random seeds over forty plots", "10-29"),
        ("two readings of six independent cultures in four tanks", "5-9"),
        ("across twenty four participants in two sites", "10-29"),
        ("with 120 patients", "100+"),
        ("two hundred and six volunteers came", "100+"),
        ("forty five jars and later nine jars", "30-99"),
        ("two mice is nothing", None),
        ("it read 41,620 people from the register", None),
        ("eleven percent over nine minutes", None),
        ("nothing counted here", None),
    ],
)
def test_trials(text, trials):
    assert trials_of(spoken(text)) == trials


@pytest.mark.parametrize(
    ("text", "segment"),
    [
        ("they are a tiny shop with one till", "smb"),
        ("seven people and a van", "smb"),
        ("a mid-sized brewery, nine hundred seats on paper", "mid_market"),
        ("eighty licences and most of them unused", "mid_market"),
        ("three thousand employees in four countries", "enterprise"),
        ("this is our second biggest customer", "enterprise"),
        ("their chief operating officer wrote, twelve users could not log in", "enterprise"),
        ("the bell on the door rings twice", None),
        ("four people came to the training", None),
    ],
)
def test_segment(text, segment):
    assert segment_of(spoken(text)) == segment


@pytest.mark.parametrize(
    ("text", "load"),
    [
        ("every evening at seven the cart gets slow", "peak"),
        ("only at peak hours, by ten its fine", "peak"),
        ("the busier it gets the more it throws", "peak"),
        ("on busy saturdays the tills hang", "peak"),
        ("connections went up like a wall", "burst"),
        ("normally we see forty logins a second and this was nine thousand", "burst"),
        ("they all woke in the same instant", "burst"),
        ("it reads four hundred rows a second and is happy", None),
        ("the nightly billing run stops in the middle", "batch"),
        ("the slurm step was killed", "batch"),
        ("there is no traffic at that hour", "idle"),
        ("the firewall forgets an idle session", "idle"),
        ("nobody else is awake enough to notice", None),
        ("it loses packets day and night", "steady"),
        ("the request rate is flat and the cores burn", "steady"),
        ("the page is slow", None),
    ],
)
def test_load(text, load):
    assert load_profile_of(spoken(text), None, None) == load


def test_a_load_can_be_what_a_label_means_and_what_is_said_goes_first():
    assert load_profile_of("it gives errors", None, "intermittent_503_under_load") == "peak"
    assert load_profile_of("it gives errors", "retry_storm", "elevated_latency") == "burst"
    assert load_profile_of("no traffic at all", "retry_storm", None) == "idle"


@pytest.mark.parametrize(
    ("text", "onset"),
    [
        ("we moved the worker from python three to python four", "after_upgrade"),
        ("it began since the kernel upgrade", "after_upgrade"),
        ("the signal went from minus forty to minus eighty", None),
        ("it rose from about six to nine", None),
        ("it has been wrong since that release", "after_deploy"),
        ("we shipped the new basket on thursday", "after_deploy"),
        ("the new form went out friday", "after_deploy"),
        ("we released the brake", None),
        ("back then there were four shops", "load_growth"),
        ("it was sized for thirty tenants", "load_growth"),
        ("when we had six servers nobody saw it", "load_growth"),
        ("the token lives ninety days", "time"),
        ("memory climbs a little every day", "time"),
        ("the numbers were used up", "time"),
        ("it is tuesday", None),
    ],
)
def test_onset(text, onset):
    assert onset_of(spoken(text), None) == onset


def test_an_onset_can_be_what_the_problem_means():
    assert onset_of("it stopped", "credential_expiry") == "time"
    assert onset_of("it stopped", "dns_failure") is None


def conditions(told, domain="engineering"):
    found = stated_conditions(told, domain, None, None)
    assert set(found) == {name for enums in CONDITION_ENUMS.values() for name in enums}
    return {name: value for name, value in found.items() if value != "unspecified"}


def test_load_and_onset_of_what_was_ruled_out_or_repaired_are_not_the_troubles():
    told = [
        ("symptom", "the page hangs"),
        ("false_lead", "we blamed the lunch rush"),
        ("resolution", "we shipped it on monday"),
    ]
    assert conditions(told) == {}
    assert conditions([("symptom", "the page hangs in the lunch rush"), *told]) == {"load_profile": "peak"}


def test_conditions_of_another_domain_are_not_looked_for():
    told = [("tried", "we restarted it, no change"), ("context", "sixty seats"), ("symptom", "over twelve seeds")]
    assert conditions(told) == {"restart": "no_effect"}
    assert conditions(told, "customer_success") == {"segment": "mid_market"}
    assert conditions(told, "research") == {"trials": "10-29"}
    assert conditions(told, None) == {}
