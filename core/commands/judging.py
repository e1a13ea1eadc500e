"""`judge`: grades for the pairs of a file, weights trained on labels, and a judge measured beside people."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from core import pipeline
from core.commands.output import EXIT_CODES, Context, table
from core.domain import GRADE_NAMES, GRADES
from core.errors import InputError, ProviderError, SourceInvalid
from core.events import Event
from core.services import Services

JUDGES = ("local", "llm")


def add_commands(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Add this group's commands to the parser."""
    judge = commands.add_parser("judge", parents=[shared], help="how well products answer queries, in four grades")
    judge.add_argument("--pairs", metavar="FILE.jsonl", help="a line each: query, and product or product_id")
    judge.add_argument("--out", metavar="FILE.jsonl", help="where the grades go, a line for each line")
    judge.add_argument("--judge", choices=JUDGES, default="local", help="who judges (default: local)")

    def run(context: Context, arguments: argparse.Namespace) -> int:
        if arguments.pairs is None or arguments.out is None:
            judge.error("judge needs --pairs FILE.jsonl and --out FILE.jsonl, or one of: train, evaluate")
        return run_pairs(context, arguments)

    judge.set_defaults(run=run)
    actions = judge.add_subparsers(dest="action", metavar="train|evaluate")
    train = actions.add_parser("train", parents=[shared], help="new weights of the local judge, out of people's grades")
    _add_labels(train)
    train.add_argument("--out", metavar="FILE", required=True, help="where the weights go")
    train.set_defaults(run=run_train)
    evaluate = actions.add_parser("evaluate", parents=[shared], help="measure a judge beside people's grades")
    _add_labels(evaluate)
    evaluate.add_argument("--judge", choices=JUDGES, default="local", help="who is measured (default: local)")
    evaluate.set_defaults(run=run_evaluate)


def _add_labels(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--labels",
        metavar="FILE",
        action="append",
        required=True,
        help="grades by people: JSON lines, a folder of the ESCI layout, or a feedback export; may be given several "
        "times",
    )


def run_pairs(context: Context, arguments: argparse.Namespace) -> int:
    """Judge a file of pairs; the exit code says whether each line got its grade."""
    console, services = context.console, context.services
    with _opened(arguments.pairs) as source, whole_file(arguments.out) as put:

        def write(answers: Sequence[Mapping[str, Any]]) -> None:
            put(json.dumps(answer, ensure_ascii=False) + "\n" for answer in answers)

        done = console.follow(_work(services, source, write, arguments))
    for problem in done.problems:
        console.err.write(f"{problem}\n")
    data = {
        "lines": done.lines,
        "judged": done.judged,
        "invalid": done.invalid,
        "abstained": done.abstained,
        "grades": {str(grade): count for grade, count in zip(GRADES, done.grades, strict=True)},
        "judge": done.judge,
        "version": done.version,
        "out": arguments.out,
        "problems": list(done.problems),
    }
    named = ", ".join(f"{n:,} {GRADE_NAMES[g]}" for g, n in zip(reversed(GRADES), reversed(done.grades), strict=True))
    without = done.invalid + done.abstained
    told = f" {without:,} lines have an error in place of a grade." if without else ""
    console.document(
        data, f"{done.judged:,} of {done.lines:,} lines judged: {named}.{told} They are in {arguments.out}"
    )
    if done.invalid:
        return EXIT_CODES[InputError]
    return EXIT_CODES[ProviderError] if done.abstained else 0


def _work(
    services: Services, source: IO[bytes], write: pipeline.Write, arguments: argparse.Namespace
) -> Generator[Event, None, pipeline.PairsJudged]:
    """The work; one that costs money is a run of its own, which the calls of the model are logged under."""
    if arguments.judge == "local":
        return pipeline.judge_pairs(services, source, write)

    def work(run_id: str) -> Generator[Event, None, pipeline.PairsJudged]:
        return pipeline.judge_pairs(services, source, write, judge=arguments.judge, run_id=run_id)

    return pipeline.recorded(services, "judge", work, params={"pairs": arguments.pairs, "out": arguments.out})


def run_train(context: Context, arguments: argparse.Namespace) -> None:
    """Train and write the weights; the judge in use stays as it is until a setting names the file."""
    found = context.console.follow(pipeline.train_judge(context.services, arguments.labels))
    with whole_file(arguments.out) as put:
        put([found.text])
    data = {
        "version": found.version,
        "labels": found.labels,
        "queries": found.queries,
        "left_out": found.left_out,
        "before": None if found.before is None else asdict(found.before),
        "after": None if found.after is None else asdict(found.after),
        "out": arguments.out,
    }
    lines = [f"{found.labels:,} labels of {found.queries:,} queries; weights {found.version} in {arguments.out}"]
    if found.before is not None and found.after is not None:
        named = (("the judge in use", found.before), ("trained on the other queries", found.after))
        rows = [(name, m.macro_f1, m.good_f1, m.accuracy, m.kappa, m.calibration) for name, m in named]
        lines += [
            "",
            table(("on queries held out", "macro-F1", "Good-F1", "accuracy", "kappa", "calibration"), rows),
            "",
        ]
        if found.after.macro_f1 <= found.before.macro_f1:
            lines.append(
                "The new weights grade these no better than those in use: there may be too few labels yet, or those in "
                "use were trained on the same."
            )
    lines.append(f"To judge by them, set SHELFCRAFT_LOCAL_JUDGE={arguments.out}")
    context.console.document(data, "\n".join(lines))


def run_evaluate(context: Context, arguments: argparse.Namespace) -> None:
    """Measure the judge in use; nothing is written."""
    services, paths = context.services, arguments.labels
    if arguments.judge == "local":
        found = context.console.follow(pipeline.evaluate_judge(services, paths))
    else:

        def work(run_id: str) -> Generator[Event, None, pipeline.JudgeEvaluation]:
            return pipeline.evaluate_judge(services, paths, judge=arguments.judge, run_id=run_id)

        found = context.console.follow(pipeline.recorded(services, "judge", work, params={"labels": paths}))
    context.console.document(asdict(found), _evaluation_text(found))


def _evaluation_text(found: pipeline.JudgeEvaluation) -> str:
    header = ("", "macro-F1", *(f"F1 of {g}" for g in reversed(GRADES)), "Good-F1", "accuracy", "kappa", "calibration")
    rows = [
        (name, m.macro_f1, *reversed(m.f1), m.good_f1, m.accuracy, m.kappa, m.calibration)
        for name, m in found.rows.items()
    ]
    pairs = next(iter(found.rows.values())).count
    lines = [
        f"{pairs:,} pairs of {found.queries:,} queries, judge {found.judge} {found.version}",
        "",
        table(header, rows),
    ]
    if found.settled is not None:
        told = f"macro-F1 {found.settled.macro_f1:.3f}, Good-F1 {found.settled.good_f1:.3f}"
        lines.append(f"\nWith substitutes 2 where a rule finds a mismatch: {told}")
    if found.abstained:
        lines.append(f"{found.abstained:,} pairs are left out: the judge abstained.")
    if found.left_out:
        lines.append(f"{found.left_out:,} labels are left out: their products are not in the catalogue in use.")
    if found.trained_on:
        lines.append(
            f"The weights were trained on: {found.trained_on}. On the same labels they look better than they are."
        )
    return "\n".join(lines)


def _opened(path: str) -> IO[bytes]:
    try:
        return Path(path).open("rb")
    except OSError as exc:
        raise SourceInvalid(f"The pairs {path} cannot be read: {exc.strerror or exc}.", path) from exc


@contextmanager
def whole_file(out: str) -> Iterator[Callable[[Iterable[str]], None]]:
    """A file to write lines to that takes its name when all are written, and leaves what was there until then.

    What is no file (a pipe, /dev/stdout) is written as it comes. Raises `SourceInvalid` where it cannot be written.
    """
    path = Path(out)
    direct = path.exists() and not path.is_file() and not path.is_dir()
    part = path if direct else path.with_name(f"{path.name}.{os.getpid()}.part")
    with _writing(out):
        if path.is_dir():
            raise IsADirectoryError(21, "it is a folder")
        file = part.open("w", encoding="utf-8", newline="\n")

    def write(lines: Iterable[str]) -> None:
        with _writing(out):
            file.writelines(lines)

    try:
        yield write
        with _writing(out):
            file.close()
            if not direct:
                os.replace(part, path)
    except BaseException:
        with suppress(OSError):
            file.close()
        if not direct:
            part.unlink(missing_ok=True)
        raise


@contextmanager
def _writing(out: str) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as exc:
        raise SourceInvalid(f"{out} cannot be written: {exc.strerror or exc}. Nothing of it was.", out) from exc
