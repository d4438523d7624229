"""Planted identifiers: written and spoken, each used once, in every format and field that a source may have."""

import csv
import json
import random
from dataclasses import dataclass

import ahocorasick


def _words(text):
    return text.split()


SYLLABLES = _words("bro dak fel gru hox jev kul mip nar pov qua rez sut tiv vur wex yol zam dre fli ska tro")
DIGITS = _words("zero one two three four five six seven eight nine")
LETTERS = _words("alpha bravo charlie delta echo foxtrot golf hotel juliet kilo lima mike november oscar papa")
FIRST = _words(
    "Anneliese Babatunde Caoimhe Dmitri Eleni Farida Giovanna Hyun Ingrid Jacinta Katarzyna Leocadia Mireille Nokuthula "
    "Odile Priyanka Radek Siobhan Tamsin Ulrike Violet Wanjiru Xolani Yusuf Zbigniew Grace Joy Mark Will Rose May Frank"
)
LAST = _words(
    "Abernathy Bjornstad Castellanos Drummond Ekdahl Ferracane Grzelak Hathersage Ishikawa Jankauskas Kwabena Lindqvist "
    "Mbeki Njoroge Okonkwo Petrovic Quispe Rasmussen Stepwell Thackeray Underhill Vasquez Wojcik Yilmaz Zimmer Page Grant "
    "Chase Stone Waters Banks Field"
)
COLOURS = _words(
    "Amber Blue Copper Crimson Ebony Golden Hollow Iron Ivory Jade Marrow Ochre Quill Russet Saffron Tallow"
)
THINGS = _words(
    "Anchor Badger Candle Dray Falcon Gate Harbour Kettle Lantern Mere Orchard Thistle Vex Warren Wharf Yard"
)
AREAS = (202, 212, 303, 312, 404, 415, 503, 512, 602, 617, 702, 713, 801, 808, 901, 907)

SCENES = (
    (
        "our postgres connection pool ran dry under load",
        "requests timed out until we raised the limit",
        "the fix was to give connections back and then it was fine again",
    ),
    (
        "every morning the disk was full and the service refused to write",
        "somebody had set the log level to debug and nothing rotated the logs",
        "we rotated them daily and deleted the old ones and it has been fine since",
    ),
    (
        "half of the users could not log in after the certificate was renewed",
        "the new certificate lacked the intermediate so older clients refused it",
        "we installed the whole chain and everybody could log in again",
    ),
)
SPOKEN = (
    ("name", "so {} said the pool was dry"),
    ("name", "thanks {} that helped"),
    ("name", "then {} restarted it"),
    ("name", "over in {} the lights went out"),
    ("name", "codename is {}"),
    ("name", "branch name is {} fix two"),
    ("name", "our rival is {}"),
    ("person", "this is {} from support"),
    ("person", "i asked {} about it"),
    ("person", "then {} rolled it back"),
    ("spelled", "that is spelled {} by the way"),
    ("company", "the customer is called {}"),
    ("company", "we saw it over at {} first"),
    ("email", "mail {} for it"),
    ("spoken email", "mail {} for it"),
    ("host", "the box is {}"),
    ("spoken host", "it hit {} again"),
    ("url", "see {} for more"),
    ("spoken url", "it is at {} if you want it"),
    ("loom", "i explained it in {}"),
    ("github token", "the token is {}"),
    ("cloud key", "the key is {}"),
    ("spoken password", "the password is {}"),
    ("phone", "call {} for it"),
    ("spoken phone", "call me on {}"),
    ("ip", "it was {} again"),
    ("arn", "it was {} that did it"),
    ("account", "it was aws account {}"),
    ("spoken number", "account number {}"),
    ("ticket", "ticket {} has it"),
    ("spoken ticket", "i opened jira ops {}"),
    ("repository", "the repo {} has it"),
    ("channel", "posted in {}"),
    ("username", "ask {} in chat"),
)
META = {
    "id": ("token", "{}"),
    "title": ("name", "Pool dry at {}"),
    "description": ("email", "mail {} for it"),
    "owner_name": ("person", "{}"),
    "owner_email": ("email", "{}"),
    "workspace": ("company", "{}"),
    "folder": ("name", "{} / incidents"),
    "url": ("loom", "{}"),
    "summary": ("name", "{} fixed the pool"),
    "tags": ("name", "{}"),
    "chapters": ("name", "2:10 what {} found"),
    "action_items": ("name", "{} to raise the limit"),
    "comments": ("name", "nice one {}"),
    "members": ("person", "{}"),
    "customers": ("company", "{}"),
    "problem_type": ("name", "{}"),
    "stack": ("name", "{}"),
}
SEVERAL = {"tags", "chapters", "action_items", "comments", "members", "customers", "stack"}
INFO = {
    "id": ("token", "{}"),
    "title": ("name", "{} shows the pool"),
    "description": ("host", "the pool on {}"),
    "uploader": ("person", "{}"),
    "webpage_url": ("loom", "{}"),
    "chapters": ("name", "what {} found"),
    "tags": ("name", "{}"),
}
OEMBED = {
    "title": ("name", "{} shows the pool"),
    "author_name": ("person", "{}"),
    "html": ("loom", "<iframe src={}></iframe>"),
}
ROW = {
    "Video ID": ("token", "{}"),
    "Name": ("name", "{} shows the pool"),
    "Description": ("ticket", "see {} for more"),
    "Owner": ("person", "{}"),
    "Owner email": ("email", "{}"),
    "Workspace": ("company", "{}"),
    "Folder": ("name", "{} / incidents"),
    "Tags": ("name", "{}"),
    "Link": ("loom", "{}"),
}
FORMS = ("vtt", "en.vtt", "srt", "json", "txt", "untimed.txt")


@dataclass(frozen=True)
class Canary:
    """One planted identifier: its kind, the format and field it stands in, and what gives it away, in lower case."""

    kind: str
    place: str
    text: str


class Canaries:
    """Makes identifiers that no two places share."""

    def __init__(self, seed):
        self._random = random.Random(seed)
        self._used = set()
        self.planted = []

    def fill(self, kind, template, place):
        while True:
            text, telling = self._make(kind)
            if telling.lower() not in self._used:
                break
        self._used.add(telling.lower())
        self.planted.append(Canary(kind, place, telling.lower()))
        return template.format(text)

    def _make(self, kind):
        pick = self._random
        name = "".join(pick.sample(SYLLABLES, 3))
        digits = [pick.randrange(10) for _ in range(12)]
        plain, said = "".join(map(str, digits)), [DIGITS[d] for d in digits]
        token = "".join(pick.choices("abcdef0123456789", k=36))
        person = " ".join((*pick.sample(FIRST, pick.choice((1, 1, 2))), pick.choice(LAST)))
        known = {
            "email": (f"{name}@{name}x.example", name),
            "spoken email": (f"{name} at {name}x dot com", name),
            "host": (f"{name}-db-2.{name}.internal", name),
            "spoken host": (f"{name} dash db dash two dot internal", name),
            "url": (f"https://{name}.example/a", name),
            "spoken url": (f"{name} dot example dot com slash runbook", name),
            "loom": (f"https://www.loom.com/share/{token[:32]}", token[:32]),
            "arn": (f"arn:aws:iam::{plain}:role/{name}", name),
            "repository": (f"{name}x/{name}y", name),
            "channel": (f"#inc-{name}", name),
            "username": (f"@{name}", name),
            "ticket": (f"{name[:5].upper()}-{plain[:5]}", f"{name[:5]}-{plain[:5]}"),
            "github token": (f"ghp_{token}", token),
        }
        whole = {
            "name": name,
            "person": person,
            "company": f"{pick.choice(COLOURS)} {pick.choice(THINGS)} {name[:3].title()}",
            "spelled": " ".join(name[:7]),
            "token": token[:32],
            "cloud key": "AKIA" + "".join(pick.choices("ABCDEFGHJKLMNPQRSTUVWXYZ234567", k=16)),
            "spoken password": " ".join(pick.choice((pick.choice(LETTERS), pick.choice(DIGITS))) for _ in range(8)),
            "phone": f"+1 {pick.choice(AREAS)} 555 01{plain[:2]}",
            "spoken phone": " ".join(said[:10]),
            "ip": ".".join(["10", *(str(pick.randrange(16, 250)) for _ in range(3))]),
            "account": plain,
            "spoken number": " ".join(said[:7]),
            "spoken ticket": " ".join(said[:6]),
        }
        return known[kind] if kind in known else (whole[kind], whole[kind])


class Search:
    """Looks for all canaries at once, in time linear in the text."""

    def __init__(self, canaries):
        self._automaton = ahocorasick.Automaton()
        for canary in canaries:
            self._automaton.add_word(canary.text, canary)
        self._automaton.make_automaton()

    def found(self, text):
        """The canaries that stand in a text, each once, in order of kind and text."""
        hits = {canary for _, canary in self._automaton.iter(text.lower())}
        return sorted(hits, key=lambda canary: (canary.kind, canary.text))


def write_source(folder, recordings, seed=20):
    """Write recordings with sidecars into a folder. Returns the canaries of each, by the name of the recording."""
    canaries = Canaries(seed)
    rows, planted = [], {}
    for index in range(recordings):
        before = len(canaries.planted)
        form = FORMS[index % len(FORMS)]
        stem = canaries.fill("name", f"{index}-{{}}-walkthrough", "file name")
        place = folder / canaries.fill("name", "{}-incidents", "folder name") if index % 3 == 0 else folder
        place.mkdir(exist_ok=True)
        extension = form.rpartition(".")[2] if form == "untimed.txt" else form
        path = place / f"{stem}.{extension}"
        path.write_text(_transcript(canaries, form, SCENES[index % len(SCENES)]), encoding="utf-8")
        if index % 4 in (0, 2, 3):
            _write(place / f"{stem}.meta.json", _fields(canaries, META, "meta.json"))
        if index % 4 in (1, 3):
            _write(place / f"{stem}.info.json", _with_chapters(_fields(canaries, INFO, "info.json")))
        if index % 4 in (2, 3):
            _write(place / f"{stem}.oembed.json", _fields(canaries, OEMBED, "oembed.json"))
        name = path.relative_to(folder).as_posix()
        if index % 4 in (1, 3):
            row = {field: canaries.fill(*cell, f"videos.csv {field}") for field, cell in ROW.items()}
            rows.append({**row, "File": name})
        planted[name] = canaries.planted[before:]
    with (folder / "videos.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, [*ROW, "File"])
        table.writeheader()
        table.writerows(rows)
    return planted


def _write(path, fields):
    path.write_text(json.dumps(fields), encoding="utf-8")


def _fields(canaries, template, place):
    filled = {key: canaries.fill(*cell, f"{place} {key}") for key, cell in template.items()}
    return {key: [text] if key in SEVERAL and key != "chapters" else text for key, text in filled.items()}


def _with_chapters(fields):
    return {**fields, "chapters": [{"start_time": 4.0, "title": fields["chapters"]}]}


def _transcript(canaries, form, scene):
    lines = [*scene, *(canaries.fill(*line, f"{form} text") for line in SPOKEN)]
    speaker = canaries.fill("person", "{}", f"{form} speaker")
    if form == "json":
        phrases = [{"ts": 4.0 * i, "value": line, "speakerName": speaker} for i, line in enumerate(lines)]
        return json.dumps({"phrases": phrases, "schemaVersion": "1.1.3"})
    if form == "untimed.txt":
        return "\n\n".join(f"{speaker}: {line}" for line in lines) + "\n"
    if form == "txt":
        return "\n".join(f"{_clock(i)}\n{speaker}: {line}" for i, line in enumerate(lines)) + "\n"
    if form == "srt":
        return "\n".join(f"{i + 1}\n{_timing(i, ',')}\n{speaker}: {line}\n" for i, line in enumerate(lines))
    note = canaries.fill("name", "NOTE exported by {}", f"{form} note")
    number = canaries.fill("name", "{}", f"{form} cue number")
    voices = [f"<v {speaker}>{line}</v>" if i % 2 else line for i, line in enumerate(lines)]
    cues = "\n\n".join(f"{number}-{i}\n{_timing(i, '.')}\n{line}" for i, line in enumerate(voices))
    return f"WEBVTT\n\n{note}\n\n{cues}\n"


def _clock(index):
    return f"{4 * index // 60}:{4 * index % 60:02}"


def _timing(index, comma):
    start, end = (f"00:{second // 60:02}:{second % 60:02}{comma}000" for second in (4 * index, 4 * index + 4))
    return f"{start} --> {end}"
