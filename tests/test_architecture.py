"""The structure holds: imports go one way, packages do no work at import, light commands stay light."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ALLOWED = {
    "pipeline": {"pipeline"},
    "classifiers": {"pipeline", "classifiers"},
    "flows": {"pipeline", "classifiers", "flows"},
}
OURS = set(ALLOWED)


def modules(package):
    return sorted((ROOT / package).rglob("*.py"))


def imported(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""


@pytest.mark.parametrize("package", sorted(ALLOWED))
def test_imports_go_one_way(package):
    for path in modules(package):
        for name in imported(path):
            top = name.split(".")[0]
            assert top not in OURS - ALLOWED[package], f"{path.relative_to(ROOT)} imports {name}"


@pytest.mark.parametrize("package", ["pipeline", "classifiers"])
def test_stages_are_free_of_prefect(package):
    for path in modules(package):
        assert not any(name.split(".")[0] == "prefect" for name in imported(path)), path


def test_flows_and_tasks_are_made_in_one_place_only():
    makers = set()
    for path in modules("flows"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            whole = isinstance(node, ast.Import) and any(alias.name == "prefect" for alias in node.names)
            parts = isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "prefect"
            if whole or (parts and {"flow", "task", "Flow", "Task"} & {alias.name for alias in node.names}):
                makers.add(path.relative_to(ROOT).as_posix())
    assert makers == {"flows/sealed.py"}


@pytest.mark.parametrize("package", sorted(ALLOWED))
def test_package_files_do_no_work(package):
    for path in (ROOT / package).rglob("__init__.py"):
        assert ast.parse(path.read_text(encoding="utf-8")).body == [], path


def test_scrubbed_recordings_are_made_in_one_place_only():
    makers = set()
    for package in ALLOWED:
        for path in modules(package):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if (
                    isinstance(node, ast.Call)
                    and getattr(node.func, "id", getattr(node.func, "attr", "")) == "ScrubbedRecording"
                ):
                    makers.add(path.relative_to(ROOT).as_posix())
    assert makers == {"pipeline/redaction/scrubber.py"}


def loaded_after(statement):
    code = f"import sys\n{statement}\nprint(' '.join(sorted(sys.modules)))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(result.stdout.split())


HEAVY = {"prefect", "pandas", "spacy", "sklearn", "presidio_analyzer", "onnxruntime", "torch"}


def test_the_command_line_loads_nothing_heavy_before_a_command_runs():
    assert not loaded_after("import flows.cli.app") & HEAVY


def test_asking_loads_neither_prefect_nor_training_libraries():
    loaded = loaded_after("import flows.ask, flows.cli.query")
    assert not loaded & {"prefect", "pandas", "sklearn", "spacy", "presidio_analyzer", "torch"}


def test_importing_the_packages_reads_and_writes_no_file_of_ours():
    code = (
        "import sys\n"
        "opened = []\n"
        "def hook(event, args):\n"
        "    if event == 'open' and isinstance(args[0], str) and not args[0].endswith(('.py', '.pyc', '.so')):\n"
        "        opened.append(args[0])\n"
        "sys.addaudithook(hook)\n"
        "import pipeline, classifiers, flows, pipeline.packet.packet, pipeline.redaction.scrubber, pipeline.sources.source\n"
        "import classifiers.resources, classifiers.classifier, flows.run, flows.ask\n"
        "print('\\n'.join(path for path in opened if 'classifiers/data' in path or '.loomroute' in path or path.endswith('.toml')))\n"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert result.stdout.strip() == ""
