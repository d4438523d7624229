"""Ten thousand planted identifiers, written and spoken, in every format and metadata field: none reaches a packet."""

import json
import random
import re

import pytest

from benchmarks.redaction_recall import wilson
from flows.stages import Stages, WorkerSpec
from pipeline.recording import Cue, Recording
from pipeline.redaction.detectors import RECOGNIZERS
from pipeline.redaction.policy import RedactionPolicy
from pipeline.sources.source import SourceSpec, read, scan

RECORDINGS = 250
SYLLABLES = [
    "bro",
    "dak",
    "fel",
    "gru",
    "hox",
    "jev",
    "kul",
    "mip",
    "nar",
    "pov",
    "qua",
    "rez",
    "sut",
    "tiv",
    "vur",
    "wex",
    "yol",
    "zam",
    "dre",
    "fli",
    "ska",
    "tro",
]
DIGITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
BOUND = 0.01
PROBLEM = (
    "our postgres connection pool ran dry under load",
    "requests timed out until we raised the limit",
    "the fix was to give connections back and then it was fine again",
)
SPOKEN = (
    "so {name} said the pool was dry",
    "thanks {name} that helped",
    "then {name} restarted it",
    "we saw it at {name} first",
    "the customer is called {name}",
    "codename is {name}",
    "this is {name} from support",
    "our rival is {name}",
    "i opened jira ops {spoken}",
    "account number {spoken}",
    "call {phone} for it",
    "mail {name} at {name}x dot com",
    "mail {name}@{name}x.example",
    "see https://{name}.example/a",
    "the box is {name}-db-2.{name}.internal",
    "it hit {name} dash db dash two dot internal",
    "the token is ghp_{token}",
    "the repo {name}x/{name}y has it",
    "posted in #inc-{name}",
    "ask @{name} in chat",
    "badge number is {spoken}",
    "branch name is {name} fix two",
    "it was aws account {account}",
    "ticket {upper}-{number} has it",
    "{name} and {name}a looked",
    "over in {name} the lights went out",
)
FIELDS = {
    "title": "Pool dry at {name}",
    "description": "for {name}, see {name}@{name}x.example",
    "owner_name": "{name} {name}a",
    "owner_email": "{name}@{name}x.example",
    "workspace": "{name}",
    "folder": "{name} / incidents",
    "url": "https://www.loom.com/share/{token}",
    "summary": "{name} fixed the pool",
    "tags": "{name}",
    "chapters": "2:10 what {name} found",
    "action_items": "{name} to raise the limit",
    "comments": "nice one {name}",
    "members": "{name} {name}b",
    "customers": "{name} Foods",
}
SEVERAL = {"tags", "chapters", "action_items", "comments", "members", "customers"}


class Canaries:
    """Fillings that no two places share, and the telling part of each."""

    def __init__(self):
        self._random = random.Random(20)
        self.planted = []

    def fill(self, template):
        pick = self._random
        name = "".join(pick.sample(SYLLABLES, 3))
        digits = [pick.randrange(10) for _ in range(9)]
        values = {
            "name": name,
            "upper": name[:5].upper(),
            "number": "".join(map(str, digits[:5])),
            "spoken": " ".join(DIGITS[d] for d in digits[:7]),
            "phone": "+44 20 7946 0" + "".join(map(str, digits[:3])),
            "account": "4" + "".join(map(str, digits)) + "17",
            "token": "".join(pick.choices("abcdef0123456789", k=36)),
        }
        keys = re.findall(r"\{(\w+)\}", template)
        self.planted.append(values[keys[0]].lower())
        return template.format(**values)


def stamp(seconds, comma="."):
    return f"00:{seconds // 60:02}:{seconds % 60:02}{comma}000"


def written(lines, form):
    timed = [(4 * i, 4 * i + 4, line) for i, line in enumerate(lines)]
    if form == "vtt":
        return "WEBVTT\n\n" + "\n\n".join(f"{stamp(a)} --> {stamp(b)}\n{line}" for a, b, line in timed) + "\n"
    if form == "srt":
        return "\n".join(
            f"{i + 1}\n{stamp(a, ',')} --> {stamp(b, ',')}\n{line}\n" for i, (a, b, line) in enumerate(timed)
        )
    return "\n".join(f"{a // 60}:{a % 60:02}\n{line}" for a, _, line in timed) + "\n"


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """The source folder, and per recording what was planted in it."""
    folder = tmp_path_factory.mktemp("canaries")
    canaries = Canaries()
    by_name = {}
    for index in range(RECORDINGS):
        before = len(canaries.planted)
        form = ("vtt", "srt", "txt")[index % 3]
        lines = [*PROBLEM, *(canaries.fill(line) for line in SPOKEN)]
        metadata = {key: canaries.fill(text) for key, text in FIELDS.items()}
        metadata = {key: [value] if key in SEVERAL else value for key, value in metadata.items()}
        (folder / f"r{index}.{form}").write_text(written(lines, form), encoding="utf-8")
        (folder / f"r{index}.meta.json").write_text(json.dumps(metadata), encoding="utf-8")
        by_name[f"r{index}.{form}"] = canaries.planted[before:]
    return SourceSpec(str(folder)), by_name


def test_survivors_in_scrubbed_text_are_few(planted, scrubber):
    spec, by_name = planted
    survivors = []
    for candidate in scan(spec).candidates:
        recording = scrubber.scrub(read(spec, candidate)).recording
        left = json.dumps([recording.text, recording.metadata, recording.labels]).lower()
        survivors += [canary for canary in by_name[candidate.name] if canary in left]
    total = sum(map(len, by_name.values()))
    low, high = wilson(len(survivors), total)
    assert total == 10_000
    assert high <= BOUND, f"{len(survivors)}/{total} survive [{low:.2%}, {high:.2%}], such as {survivors[:10]}"


def test_none_is_in_any_packet(planted):
    spec, by_name = planted
    done = Stages(WorkerSpec(spec, RedactionPolicy(), accept=0.0)).process(scan(spec).candidates)
    packets = [item.packet.body.decode().lower() for item in done if item.packet]
    assert len(packets) >= 200
    everything = "\n".join(packets)
    assert not [canary for canaries in by_name.values() for canary in canaries if canary in everything]


CHECKS = {
    "secret": "the token is ghp_16C7e42F292c6912E7710c838347Ae178B4a",
    "email": "write to rob@gmail.com please",
    "url": "see https://www.example.com/a/b please",
    "repository": "clone blue/lantern.git from git@github.com:blue/lantern.git",
    "cloud_id": "arn:aws:iam::123456789012:role/admin did it",
    "ip": "it was 10.20.30.40 again",
    "host": "on prod-eu-web-03 it hung",
    "account_number": "customer number 4471902 called",
    "phone": "call +44 20 7946 0991 for it",
    "ticket": "see OPS-4412 for it",
    "channel": "posted in #inc-payments again",
    "username": "ask @rob in chat",
    "date": "it broke on march 14th 2024 at noon",
    "own_identifiers": "then lantern was slow",
    "misheard_names": "then step well looked",
    "places": "he sits in room 3B today",
    "readouts": "seven four one nine two two was on the screen",
    "naming_cues": "the customer is called blue lantern",
    "short_codes": "send it to LS7 4QT today",
    "closed_world": "then wanjiru looked",
    "adjoining": "it ran on marrowbank node eleven today",
}
OWN = {"customers": ("Lantern",), "members": ("Odile Stepwell",)}


def test_every_recognizer_has_its_check():
    assert set(CHECKS) == set(RECOGNIZERS)


@pytest.mark.parametrize("name", RECOGNIZERS)
def test_a_recognizer_switched_off_shows(name, make_scrubber):
    recording = Recording("a.vtt", "", (Cue(CHECKS[name]),))
    policy = OWN if name in ("own_identifiers", "misheard_names") else {}
    whole = make_scrubber(**policy).scrub(recording)
    blind = make_scrubber(**policy, disabled=frozenset({name})).scrub(recording)
    assert whole.originals
    assert blind.recording.text != whole.recording.text
