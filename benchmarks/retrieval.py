"""Does a question in other words find the case? Printed: share of questions whose case is in the first 5 and 20.

    python -m benchmarks.retrieval [--distractors 2000] [--classified]

The fixtures' recordings are deposited with their gold labels (or, with --classified, as the classifiers label them) in one router
among distractors of the same domains, a third of which have the very symptom of one of the recordings. The questions were written by somebody else than
the recordings, from the symptoms alone; neither was seen in training.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from pathlib import Path

from classifiers import resources
from classifiers.classifier import Classifier
from flows.settings import load_settings
from flows.stages import accepted_outcome
from flows.wiring import policy_of, source_spec
from pipeline.packet.outcome import CONDITION_ENUMS, Conditions, Outcome
from pipeline.packet.packet import Packet, pack
from pipeline.redaction.scrubber import Scrubber
from pipeline.routing.cases import Case
from pipeline.routing.enumerate import enumerate_topics
from pipeline.routing.rank import Circumstances, rank_cases
from pipeline.sources.source import read, scan

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
EPOCH = "2026-Q4"
VOCABULARY, LEXICON, NEARNESS = resources.vocabulary(), resources.lexicon(), resources.nearness()


def gold_packet(line: dict) -> Packet:
    """The packet of a gold line; terms outside the lexicon are left out."""
    domain = VOCABULARY.domain(line["problem_type"])
    enums = {name: line[name] for name in CONDITION_ENUMS[domain] if line.get(name)}
    stack = tuple(term for name in line.get("stack", ()) if (term := LEXICON.canonical(name.replace("_", " "))))
    return pack(
        Outcome(
            line["problem_type"],
            line["symptom_pattern"],
            line["resolution_pattern"],
            line["outcome"],
            0.9,
            secondary_problem_type=line.get("secondary_problem_type"),
            ruled_out=tuple(line.get("ruled_out", ())),
            tried=tuple(line.get("tried", ())),
            conditions=Conditions(stack[:3], **enums),
        ),
        VOCABULARY,
        LEXICON,
    )


def distractor(chance: random.Random, symptom: str | None, golds: list[dict]) -> Packet:
    """A made-up finding: a usual problem of its symptom, conditions of some other recording of the domain."""
    symptom = symptom or chance.choice(sorted(VOCABULARY.symptoms))
    domain = VOCABULARY.symptoms[symptom].domain
    problems = sorted(p for p, t in VOCABULARY.problem_types.items() if t.domain == domain)
    weights = [1 + 3 * NEARNESS.usual(symptom, problem) for problem in problems]
    resolutions = sorted(r for r, t in VOCABULARY.resolutions.items() if t.domain in {domain, "any"})
    lender = chance.choice([g for g in golds if VOCABULARY.domain(g["problem_type"]) == domain])
    line = {
        **lender,
        "problem_type": chance.choices(problems, weights)[0],
        "symptom_pattern": symptom,
        "resolution_pattern": chance.choice(resolutions),
        "outcome": chance.choice(["resolved", "resolved", "workaround", "unresolved"]),
        "secondary_problem_type": None,
    }
    return gold_packet(line)


def as_cases(packets: list[Packet]) -> list[Case]:
    """Every packet from an organisation of its own."""
    return [Case(p.packet_id, p.address, p.fields, {f"{i:064x}": EPOCH}) for i, p in enumerate(packets)]


def classified(golds: list[dict], classifier: Classifier) -> dict[str, Packet]:
    """Packets of the fixtures as the classifiers label them, every best guess taken."""
    settings = load_settings(FIXTURES / "loomroute.toml")
    source = settings.source.model_copy(update={"url": str(FIXTURES / "recordings")})
    settings = settings.model_copy(update={"source": source})
    spec, scrubber = source_spec(settings), Scrubber(policy_of(settings), LEXICON, VOCABULARY)
    wanted = {line["recording"] for line in golds}
    packets = {}
    for candidate in scan(spec).candidates:
        if candidate.name in wanted:
            outcome = accepted_outcome(classifier.classify(scrubber.scrub(read(spec, candidate)).recording, accept=0.0))
            if isinstance(outcome, Outcome):
                packets[candidate.name] = pack(outcome, VOCABULARY, LEXICON)
    return packets


def main() -> None:
    """Print the shares."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--distractors", type=int, default=2000)
    parser.add_argument("--classified", action="store_true")
    arguments = parser.parse_args()
    golds = [json.loads(line) for line in (FIXTURES / "gold.jsonl").read_text().splitlines()]
    golds = [line for line in golds if not line.get("source")]
    by_name = {line["recording"]: line for line in golds}
    questions = [json.loads(line) for line in (FIXTURES / "questions.jsonl").read_text().splitlines()]
    classifier, chance = Classifier.load(), random.Random(5)
    scrubber = Scrubber(policy_of(load_settings(FIXTURES / "loomroute.toml")), LEXICON, VOCABULARY)
    packets = classified(golds, classifier) if arguments.classified else {n: gold_packet(g) for n, g in by_name.items()}
    symptoms = [line["symptom_pattern"] for line in golds]
    pool = [
        distractor(chance, chance.choice(symptoms) if number % 3 == 0 else None, golds)
        for number in range(arguments.distractors)
    ]
    everything = as_cases([*pool, *packets.values()])
    ranks: list[int] = []
    read_at_all = 0
    for question in questions:
        packet = packets.get(question["recording"])
        beliefs = classifier.beliefs(scrubber.scrub_text(question["question"]))
        topics = enumerate_topics(beliefs.symptom_pattern, beliefs.problem_type, VOCABULARY, NEARNESS)
        read_at_all += packet is not None and any(topic.address == packet.address for topic in topics)
        ranked = rank_cases(everything, topics, Circumstances(beliefs.conditions.stack), LEXICON, epoch=EPOCH)
        places = [place for place, item in enumerate(ranked) if packet and item.case.packet_id == packet.packet_id]
        ranks.append(places[0] if places else len(everything))
    for most in (1, 5, 20, 50):
        found = sum(rank < most for rank in ranks)
        print(f"in the first {most:3d}: {found}/{len(ranks)} = {found / len(ranks):.0%}")
    print(f"topic among the {len(topics)} read: {read_at_all}/{len(ranks)} = {read_at_all / len(ranks):.0%}")
    missed = [question for question, rank in zip(questions, ranks, strict=True) if rank >= 20]
    print(
        "missed, by symptom:", dict(Counter(by_name[q["recording"]]["symptom_pattern"] for q in missed).most_common())
    )


if __name__ == "__main__":
    main()
