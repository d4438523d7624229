from __future__ import annotations

import pytest

from pipeline.redaction.patterns import cloud_id

# A true case marks what is to be found: «...».
FOUND = [
    "that account «7741 0923 5518» after",
    "«arn:aws:iam::123456789012:role/Admin»",
    "on «i-0abc1234def567890»",
    "«vpc-0a1b2c3d»",
    "cdn «E1QX7FINCH9Z2»",
    "account «123456789012»",
    "«s3://tallow-exports/2024»",
    "«cus_Nf93kd02Ksl»",
    "«3f2504e0-4f89-11d3-9a0c-0305e82c3301»",
    "commit «3fa9c1d»",
    "project «tallow-prod-3»",
    "instance «i dash zero a b three c nine»",
    "project id «tallow dash prod dash three»",
    "bucket «marrow-exports.eu»",
    "aws account «1234-5678-9012»",
    "«sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08»",
    "trace id «4bf92f3577b34da6»",
    "«ocid1.instance.oc1.phx.abyhqljr3z»",
]
KEPT = [
    "the numbers 7741 0923 5518 came",
    "deadbeef",
    "1234567890",
    "SOME_CONSTANT_NAME",
    "ABCDEFGHIJKLMNOP",
    "sha 256",
    "project management",
    "account two",
    "us-east-1",
    "a commit message",
    "c v e 2023 36664",
    "request failed",
    "the build 12",
    "int_max and p_value",
    "2147483647",
    "bucket size",
    "i-th element",
]


@pytest.mark.parametrize("marked", FOUND)
def test_finds_exactly(marked: str) -> None:
    text = marked.replace("«", "").replace("»", "")
    start, end = marked.index("«"), marked.index("»") - 1
    spans = cloud_id.find(text)
    assert [(span.start, span.end, span.type) for span in spans] == [(start, end, "CLOUD_ID")]
    assert all(span.recognizer == cloud_id.NAME and 0 < span.score <= 1 for span in spans)


@pytest.mark.parametrize("text", KEPT)
def test_keeps(text: str) -> None:
    assert cloud_id.find(text) == []
