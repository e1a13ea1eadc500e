"""The rules of design.md section 3 and of the house's size, as tests."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

FOUNDATION = {"core.domain", "core.errors", "core.events", "core.settings"}
TOOLS = {"core.text", "core.llm", "core.prompts", "core.store", "core.evaluation.metrics"}
STAGES = {
    f"core.{name}"
    for name in (
        "intent research planning catalogue recall rewards relevance selection feedback tuning".split()  # in order
    )
}
# `vocabulary` adapts a recall snapshot to the planner's Protocol, so it stands beside the pipeline that wires them.
ORDER = {"core.services", "core.pipeline", "core.runs", "core.vocabulary"}
EDGES = {"core.evaluation", "core.training", "core.scale"}

FOUNDATION_IMPORTS = {
    "core.domain": {"core.errors", "core.domain"},
    "core.errors": set[str](),
    "core.events": {"core.domain", "core.errors"},
    "core.settings": {"core.domain", "core.errors"},
}

HOMES = {
    "streamlit": {"ui", "streamlit_app"},
    "plotly": {"ui"},
    "lancedb": {"core.catalogue", "core.recall", "core.research.library"},
    "sentence_transformers": {"core.catalogue.embedding", "core.training"},
    "onnxruntime": {"core.catalogue.embedding", "core.training"},
    "tokenizers": {"core.catalogue.embedding", "core.training"},
    "pandas": {"core.catalogue", "core.selection.export", "core.evaluation", "ui"},
    "sklearn": {"core.relevance", "core.tuning"},
    "skimage": {"core.catalogue.pictures"},
    "PIL": {"core.catalogue.pictures"},
    "rapidocr": {"core.catalogue.pictures"},
    "sqlalchemy": {"core.store"},
    "alembic": {"core.store"},
    "openai": {"core.llm"},
    # The ONNX file of the default model is exported in a process of its own, so that the app never loads torch.
    "torch": {"core.training", "core.catalogue.onnx_export"},
    "transformers": {"core.training", "core.catalogue.onnx_export"},
    "trl": {"core.training"},
    "ray": {"core.scale"},
}

MAX_MODULE = 400
MAX_FUNCTION = 50
BANNED = {"utils", "util", "helpers", "helper", "common", "misc", "manager"}


def sources() -> list[Path]:
    found = [*ROOT.glob("core/**/*.py"), *ROOT.glob("ui/**/*.py"), ROOT / "streamlit_app.py"]
    return sorted(p for p in found if p.exists())


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            module = node.module or ""
            # `from core import text` imports core.text
            yield from ((f"{module}.{a.name}" for a in node.names) if module in {"core", "ui"} else [module])


def within(module: str, homes: set[str]) -> bool:
    return any(module == home or module.startswith(home + ".") for home in homes)


def allowed(module: str) -> set[str]:
    """What of ours a module may import, by the table of section 3."""
    own = ".".join(module.split(".")[:2])
    if within(module, FOUNDATION):
        return FOUNDATION_IMPORTS[own]
    if within(module, TOOLS):
        return FOUNDATION | TOOLS
    if within(module, STAGES):
        extra = {"core.catalogue"} if own == "core.recall" else set()
        return FOUNDATION | TOOLS | {own} | extra
    if within(module, ORDER):
        return FOUNDATION | TOOLS | STAGES | ORDER
    if module == "core.__main__" or module.startswith("core.commands"):
        return FOUNDATION | {"core.services", "core.pipeline", "core.runs", "core.commands"} | EDGES
    if within(module, EDGES):
        return FOUNDATION | TOOLS | STAGES | ORDER | EDGES
    if module.split(".")[0] in {"ui", "streamlit_app"}:
        return FOUNDATION | {"core.services", "core.pipeline", "core.runs", "ui"}
    return set()


@pytest.mark.parametrize("path", sources(), ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_follow_the_table(path: Path) -> None:
    module = module_name(path)
    if module in {"core", "core.evaluation"}:
        return
    for name in imports(path):
        if name.split(".")[0] in {"core", "ui", "streamlit_app"}:
            assert within(name, allowed(module)), f"{module} may not import {name}"


@pytest.mark.parametrize("path", sources(), ids=lambda p: str(p.relative_to(ROOT)))
def test_outside_packages_stay_in_their_home(path: Path) -> None:
    module = module_name(path)
    for name in imports(path):
        homes = HOMES.get(name.split(".")[0])
        assert homes is None or within(module, homes), f"{module} may not import {name}"


@pytest.mark.parametrize("path", sources(), ids=lambda p: str(p.relative_to(ROOT)))
def test_modules_and_functions_stay_small(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= MAX_MODULE
    assert path.stem not in BANNED
    assert not BANNED & set(path.relative_to(ROOT).parts)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
            length = node.end_lineno - node.lineno + 1
            assert length <= MAX_FUNCTION, f"{path.name}: {node.name} has {length} lines"


@pytest.mark.parametrize("path", sources(), ids=lambda p: str(p.relative_to(ROOT)))
def test_every_module_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text())), f"{path} has no docstring"


def test_only_the_edges_read_the_environment() -> None:
    readers = {
        module_name(p)
        for p in sources()
        for node in ast.walk(ast.parse(p.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}
    }
    assert readers <= {"core.__main__", "ui.resources"}


def test_every_requirement_is_pinned_exactly() -> None:
    for path in [ROOT / "requirements.txt", *ROOT.glob("tests/**/requirements.txt")]:
        for line in path.read_text().splitlines():
            requirement = line.split("#")[0].strip()
            assert not requirement or "==" in requirement, f"{path.name}: {requirement} is not pinned"
