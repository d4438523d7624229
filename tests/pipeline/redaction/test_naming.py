import pytest

from pipeline.recording import Cue, Recording


def scrubbed(text, scrubber):
    return scrubber.scrub(Recording("a.vtt", "", (Cue(text),))).recording.text


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("the customer is called blue lantern", "blue lantern"),
        ("the other customer is orange", "orange"),
        ("our customer is orange and a third one is copper kettle", "orange copper kettle"),
        ("jack and bill and rob and may looked at it", "jack bill rob may"),
        ("jack ran the query", "jack"),
        ("so may checked the dashboards", "may"),
        ("there is a draft by may and every quarter", "may"),
        ("in front of may and the rest", "may"),
        ("with professor may in the room", "may"),
        ("thanks may for taking the notes", "may"),
        ("i told may my colleague that it is slow", "may"),
        ("can you see a blue one may can you see it", "may"),
        ("We got it back and May cried a bit.", "May"),
        ("they sent a lad called sunday and sunday checked it", "sunday"),
        ("the graph stayed empty thanks august", "august"),
        ("codename is falcon", "falcon"),
        ("second project is sunrise", "sunrise"),
        ("team is called night owls", "night owls"),
        ("our bank is first harvest", "first harvest"),
        ("our rival is apple tree software", "apple tree software"),
        ("a customer named silver birch reported it", "silver birch"),
        ("our biggest supplier goes by red kite", "red kite"),
        ("the new partner is known as green meadow", "green meadow"),
        ("harvest is our customer", "harvest"),
        ("branch name is bill fix two", "bill fix two"),
        ("user name is admin", "admin"),
        ("we saw it in the pipeline changes channel", "pipeline changes"),
    ],
)
def test_an_announced_name_is_masked_although_its_words_are_common(text, names, scrubber):
    left = scrubbed(text, scrubber).split()
    assert not [name for name in names.split() if name in left]


def test_an_announced_name_is_masked_where_it_is_repeated(scrubber):
    text = scrubbed("the customer is called blue lantern and then the app at blue lantern was slow", scrubber)
    assert text == "the customer is called <ORGANIZATION> and then the app at <ORGANIZATION> was slow"


@pytest.mark.parametrize(
    "text",
    [
        "the customer is slow to answer",
        "the customer is always right",
        "the project is late and the team is blocked on it",
        "the project is green again",
        "builds went green again",
        "team is happy with it",
        "the client is a retry loop",
        "the client is redis",
        "the function is called twice",
        "the method is called when the pool is empty",
        "the pattern is called circuit breaker",
        "it is known as a thundering herd",
        "the bill ran up to ten thousand",
        "i may look at it",
        "by the end of may it was done",
        "the figures for may are in",
        "in may it was slow and until may it was not",
        "you may go and they may not",
        "on sunday it broke and every sunday since",
        "august was slow",
        "we looked at a secure communication channel",
    ],
)
def test_words_that_name_nothing_are_kept(text, scrubber):
    assert scrubbed(text, scrubber) == text


def test_a_verb_before_a_name_is_kept(scrubber):
    assert scrubbed("ask priscilla about the pool", scrubber) == "ask <PERSON> about the pool"


def test_an_allowed_term_is_kept_behind_a_cue(make_scrubber):
    text = "the customer is called lantern"
    assert scrubbed(text, make_scrubber(allow=("lantern",))) == text
