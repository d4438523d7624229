"""Ingest the fixtures through Prefect, then look for every identifier in everything that was written."""

import json
import re
import sqlite3
from collections import Counter

import coolname.data
import pytest
from command_line import CommandLine

# Prefect names every run at random, say brave-heron, and Heron is also somebody's project in the fixtures.
RUN_NAME_WORDS = {
    word
    for part in coolname.data.config.values()
    for phrase in [*part.get("words", ()), *part.get("phrases", ())]
    for word in (phrase.split() if isinstance(phrase, str) else phrase)
}


def without_run_names(text):
    """The text without the run names Prefect made up: hyphenated words that are all of its own lists."""

    def kept(found):
        return "" if RUN_NAME_WORDS.issuperset(found[0].split("-")) else found[0]

    return re.sub(r"(?<![\w-])[a-z]+(?:-[a-z]+)+(?![\w-])", kept, text)


def text_of(database, leave_out=()):
    """Every value of every row of a SQLite file, as one text."""
    parts = []
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as db:
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            cursor = db.execute(f'SELECT * FROM "{table}"')
            names = [column[0] for column in cursor.description]
            for row in cursor:
                parts += [
                    value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
                    for name, value in zip(names, row, strict=True)
                    if (table, name) not in leave_out
                ]
    return "\n".join(parts)


def occurs(identifier, folded):
    return re.search(rf"(?<![a-z0-9]){re.escape(identifier.casefold())}(?![a-z0-9])", folded) is not None


@pytest.fixture(scope="module")
def ingested(tmp_path_factory, fixtures):
    folder = tmp_path_factory.mktemp("leaks")
    run = CommandLine(folder)
    config = fixtures / "loomroute.toml"
    first = run(
        "ingest", fixtures / "recordings", "--config", config, "--accept", 0, "--packets", folder / "p.jsonl", "--json"
    )
    second = run(
        "ingest", fixtures / "recordings", "--config", config, "--accept", 0, "--packets", folder / "q.jsonl", "--json"
    )
    return run, first, second


@pytest.fixture(scope="module")
def neutral(tmp_path_factory):
    """What Prefect writes for a recording that names nobody: words of its own that are also somebody's name."""
    folder = tmp_path_factory.mktemp("neutral")
    (folder / "source").mkdir()
    (folder / "source" / "plain.txt").write_text(
        "0:00\nthe disk was full and we deleted old logs and then it was fine again\n"
    )
    run = CommandLine(folder)
    run("ingest", folder / "source", "--accept", 0)
    return text_of(folder / "prefect" / "prefect.db").casefold()


@pytest.fixture(scope="module")
def identifiers(fixtures):
    listed = json.loads((fixtures / "identifiers.json").read_text())
    found = {entry["text"] for name, entries in listed.items() for entry in entries if name.startswith("recordings/")}
    assert len(found) > 300
    return sorted(found)


def test_nothing_new_the_second_time_and_every_file_is_accounted_for(ingested, fixtures):
    run, first, second = ingested
    assert (run.folder / "q.jsonl").read_text() == ""
    assert second.out == ""
    files = [path for path in (fixtures / "recordings").rglob("*") if path.is_file()]
    named = {line["recording"] for line in first.lines}
    counts = json.loads(run("status", "--json").out)["counts"]
    assert sum(counts.values()) == len(named)
    covered = set()
    for path in files:
        relative = path.relative_to(fixtures / "recordings").as_posix()
        stem = re.sub(r"(\.(info|meta|oembed))?\.json$|(\.[a-z]{2})?\.vtt$|\.srt$|\.txt$", "", relative)
        owners = [n for n in named if n == relative or re.sub(r"(\.[a-z]{2})?\.(vtt|srt|json|txt)$", "", n) == stem]
        if owners or path.name == "videos.csv":
            covered.add(path)
    assert covered == set(files)


def test_every_emitted_recording_has_its_packet_line(ingested):
    run, first, _ = ingested
    lines = [json.loads(line) for line in (run.folder / "p.jsonl").read_text().splitlines()]
    made = [line for line in first.lines if line["packet_id"]]
    assert len(lines) == len(made) >= 38
    assert all(line["bytes"] <= 512 for line in lines)


@pytest.mark.parametrize("where", ["packets", "router", "ledger", "prefect", "stderr"])
def test_no_identifier_of_any_fixture_is_anywhere(ingested, neutral, identifiers, where):
    run, first, second = ingested
    if where == "packets":
        packets = [json.loads(line) for line in (run.folder / "p.jsonl").read_text().splitlines()]
        text = "\n".join(json.dumps({k: v for k, v in line.items() if k != "recording"}) for line in packets)
    elif where == "router":
        text = text_of(run.folder / "router.db")
    elif where == "ledger":
        text = text_of(run.ledger, leave_out={("recordings", "recording"), ("current_versions", "recording")})
    elif where == "prefect":
        text = without_run_names(text_of(run.folder / "prefect" / "prefect.db"))
    else:
        text = first.err + second.err
    assert text.strip() or where == "stderr"
    folded = text.casefold()
    # Words of the vocabulary and of Prefect itself are no leak; that they are few keeps this test sharp.
    excused = {i for i in identifiers if occurs(i, neutral)} if where in {"prefect", "stderr"} else set()
    assert len(excused) < len(identifiers) / 20, sorted(excused)
    # Random ids hold every group of four digits sooner or later.
    telling = [i for i in identifiers if not re.fullmatch(r"[0-9a-f]{1,4}", i)]
    left = [i for i in telling if i not in excused and occurs(i, folded)]
    assert left == [], Counter(left)


def test_the_search_would_find_an_identifier(ingested, identifiers):
    run, _, _ = ingested
    assert any(occurs(i, text_of(run.ledger).casefold()) for i in identifiers), (
        "paths of recordings do hold identifiers"
    )
