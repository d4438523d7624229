"""The labels of a recording do not depend on which others are processed with it."""

from classifiers import resources
from classifiers.classifier import Classifier
from pipeline.redaction.policy import RedactionPolicy
from pipeline.redaction.scrubber import Scrubber
from pipeline.sources.source import SourceSpec, read, scan


def test_alone_and_in_company_give_the_same_classification(fixtures):
    spec = SourceSpec(str(fixtures / "recordings" / "research"))
    scrubber = Scrubber(RedactionPolicy(), resources.lexicon(), resources.vocabulary())
    scrubbed = [scrubber.scrub(read(spec, candidate)).recording for candidate in scan(spec).candidates]
    classifier = Classifier.load()
    together = classifier.classify_many(scrubbed)
    assert [classifier.classify(recording) for recording in scrubbed] == together
    assert classifier.classify_many(scrubbed[::-1]) == together[::-1]
