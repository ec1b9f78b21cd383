"""The command ``evaluate``: how good related lists are by labels."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from search.cli.command import command
from search.cli.console import say, write_json, write_lines
from search.cli.exit_codes import NEGATIVE, end
from search.cli.options import PROCESSES, index_option, list_options, options_of, path_option
from search.model.errors import UsageError
from search.model.options import RelatedOptions
from search.model.printing import line

if TYPE_CHECKING:
    from search.engine.evaluation import Difference, Grades
    from search.engine.index import Index
    from search.engine.relevance_labels import Labels

_SHOWN: Final = 20  # lists that two settings differ on


@command(
    "event-search evaluate --qrels labels.txt",
    "event-search evaluate --marks news/ --fail-below 0.6",
    "event-search evaluate --links news/ --compare '--no-time'",
    "event-search evaluate --qrels labels.txt --write-run ours.run --compare-run theirs.run",
)
@path_option(
    "--qrels",
    'Take labels from a file: TREC qrels, or a .json of {"ID": ["ID", ...]}.',
    exists=True,
    dir_okay=False,
)
@path_option(
    "--marks",
    "Take labels from editors: pins and bans in the pages of an archive and its related.toml.",
    exists=True,
)
@path_option(
    "--links", "Take labels from authors: links in the texts of pages to other pages.", exists=True
)
@click.option("--tags", is_flag=True, help="Take labels from tags that at most 30 events share.")
@click.option(
    "--compare",
    metavar="OPTIONS",
    help="Grade a second setting, such as '--no-time --strict', and show the lists that differ.",
)
@path_option(
    "--compare-run",
    "Grade a TREC run file of another version or program, and show the lists that differ.",
    exists=True,
    dir_okay=False,
)
@path_option(
    "--write-run",
    "Write the rankings as a TREC run file, for trec_eval and others.",
    dir_okay=False,
)
@click.option(
    "--fail-below",
    type=click.FloatRange(0, 1),
    metavar="SCORE",
    help="For CI: exit with 1 if nDCG@10 is lower.",
)
@click.option("--json", "as_json", is_flag=True, help="Answer with one JSON document.")
@list_options
@index_option
def evaluate(
    qrels: Path | None,
    marks: Path | None,
    links: Path | None,
    tags: bool,
    compare: str | None,
    compare_run: Path | None,
    write_run: Path | None,
    fail_below: float | None,
    as_json: bool,
    directory: Path,
    **options: Any,
) -> None:
    """Grade related lists by labels, such as editors' decisions.

    Each figure has a 95 % interval. nDCG@10 grades the ranking without a cutoff. Precision is the
    share of a list's items that are right; with --marks only pinned and banned items count.
    Coverage is the share of labelled events that have a list; "found" is the share whose list has
    a right item.
    """
    from search.engine import evaluation  # noqa: PLC0415
    from search.engine.index import Index  # noqa: PLC0415

    if sum((qrels is not None, marks is not None, links is not None, tags)) != 1:
        raise UsageError("give one of --qrels, --marks, --links or --tags")
    if compare is not None and compare_run is not None:
        raise UsageError("give --compare or --compare-run, not both")
    if write_run is not None:
        from search.index.outputs import check_output  # noqa: PLC0415
        from search.publish.files import is_our_run, write_if_changed  # noqa: PLC0415

        check_output(write_run, is_our_run)
    other = None if compare is None else _setting(compare)
    with Index.open(directory) as opened:
        labels = _labels(opened, qrels, marks, links)
        found = evaluation.rankings(opened, labels, options_of(options), PROCESSES)
        second = None
        if other is not None:
            second = evaluation.rankings(opened, labels, other, PROCESSES)
        elif compare_run is not None:
            second = evaluation.run_in(compare_run)
    judged_only = marks is not None
    grades = evaluation.grade(labels, found, judged_only=judged_only)
    if not grades.ids:
        raise UsageError("no event has a label above 0; name other labels")
    if write_run is not None:
        text = "".join(f"{each}\n" for each in evaluation.run_lines(found))
        write_if_changed(write_run, text.encode(), is_our_run)
    graded = None if second is None else evaluation.grade(labels, second, judged_only=judged_only)
    _show(labels, grades, graded, as_json=as_json)
    ndcg = grades.means()[f"nDCG@{evaluation.DEPTH}"].mean
    if fail_below is not None and ndcg < fail_below:
        say(f"nDCG@{evaluation.DEPTH} is {ndcg:.3f}, less than {fail_below:g}")
        end(NEGATIVE)


def _labels(
    opened: "Index", qrels: Path | None, marks: Path | None, links: Path | None
) -> "Labels":
    from search.engine import relevance_labels  # noqa: PLC0415

    if qrels is not None:
        return relevance_labels.labels_in(qrels)
    if marks is not None:
        return relevance_labels.labels_of_marks(marks, opened)
    if links is not None:
        return relevance_labels.labels_of_links(links, opened)
    return relevance_labels.labels_of_tags(opened)


def _setting(text: str) -> RelatedOptions:
    """Options of lists from text, as on the command line."""

    @click.command(name="--compare")
    @list_options
    def setting(**options: Any) -> RelatedOptions:
        return options_of(options)

    try:
        arguments = shlex.split(text)
    except ValueError as error:
        raise UsageError(f"--compare: {error}; close the quotation marks") from error
    try:
        with setting.make_context("--compare", arguments) as context:
            answer: RelatedOptions = setting.invoke(context)
    except click.UsageError as error:
        message = error.format_message().rstrip(".")
        raise UsageError(f"--compare: {message}; give options of lists") from error
    return answer


def _show(labels: "Labels", one: "Grades", other: "Grades | None", *, as_json: bool) -> None:
    from search.engine.evaluation import compared  # noqa: PLC0415

    right = sum(grade > 0 for graded in labels.values() for grade in graded.values())
    plain: dict[str, Any] = {"events": len(one.ids), "labels": right, "unknown": one.unknown}
    plain |= {name: mean.plain() for name, mean in one.means().items()} | {"items": one.items}
    lines = [f"{len(one.ids):,} events with {right:,} labels"]
    if one.unknown:
        lines[0] += f"; {one.unknown:,} events are not in the index, and count as 0"
    lines += [f"{name:<10} {mean}" for name, mean in one.means().items()]
    lines.append(f"{'items':<10} {one.items:.1f} a list")
    if other is not None:
        gain, differences = compared(one, other)
        plain["other"] = {name: mean.plain() for name, mean in other.means().items()}
        plain["gain"] = gain.plain()
        plain["differences"] = [each._asdict() for each in differences]
        lines += ["", "the second:"]
        lines += [f"{name:<10} {mean}" for name, mean in other.means().items()]
        lines.append(f"{'gain':<10} {gain}")
        lines += _differences(differences)
    if as_json:
        write_json(plain, "json")
    else:
        write_lines(lines)


def _differences(differences: "list[Difference]") -> list[str]:
    """The lists on which two settings differ most."""
    lost = [each for each in differences if each.other < each.one]
    gained = [each for each in differences if each.other > each.one]
    lines = [f"{len(gained):,} lists are better, {len(lost):,} are worse"]
    for each in (*lost[:_SHOWN], *gained[::-1][:_SHOWN]):
        lines.append(f"{each.one:.3f} to {each.other:.3f}  {line(each.event_id)}")
    return lines
