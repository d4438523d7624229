import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
MAKER = ROOT / "pipeline" / "redaction" / "scrubber.py"
GUARDED = {"ScrubbedRecording"}


def empty(call):
    """A recording without captions, written as `ScrubbedRecording(())`, holds nothing."""
    return not call.keywords and [ast.dump(a) for a in call.args] == [ast.dump(ast.parse("()", mode="eval").body)]


def makers(tree):
    """Calls of a guarded type by any name it may have, and copies with changed fields."""
    names = GUARDED | {
        alias.asname
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name in GUARDED and alias.asname
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and not empty(node):
            called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if called in names:
                yield called


def test_a_scrubbed_recording_is_made_in_one_place_only():
    for folder in ("pipeline", "classifiers", "flows"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            made = list(makers(ast.parse(path.read_text(encoding="utf-8"))))
            assert path == MAKER or not made, f"{path.relative_to(ROOT)} makes {made}"


def test_the_check_sees_a_maker():
    assert set(makers(ast.parse(MAKER.read_text(encoding="utf-8")))) == GUARDED
    assert not list(makers(ast.parse("ScrubbedRecording(())")))
    assert list(makers(ast.parse("from a import ScrubbedRecording as C\nC('x')"))) == ["C"]
