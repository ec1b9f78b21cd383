"""The related lists of many events, in the given order, by several processes if that is faster."""

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path
from typing import Final, TypeVar

from search.engine.decisions.reading import NOTHING_DECIDED, Decided
from search.engine.index import Index
from search.engine.workers import Workers, results
from search.model.errors import IndexUnusable, UnknownEvent
from search.model.hit import Hit
from search.model.options import RelatedOptions

_CHUNK: Final = 250  # lists that are made by one call
_WORTH_STARTING: Final = 1_000  # fewer lists are made before a process has started
_WORTH_COMPILING: Final = 500  # fewer are made one by one before the kernels are loaded

_Made = TypeVar("_Made")
# An id with its list; None if no event has the id.
Listed = tuple[str, tuple[Hit, ...] | None]


def related_lists(
    index: Index,
    event_ids: Iterable[str],
    options: RelatedOptions | None = None,
    processes: int = 1,
    *,
    executor: Executor | None = None,
) -> Iterator[Listed]:
    """Each id with its list, in the order of ``event_ids``, which is read a little ahead.

    With several processes the caller's main module must be importable without side effects
    (``if __name__ == "__main__":``), as ``multiprocessing`` demands.

    Args:
        index: an open index.
        event_ids: ids, links or paths.
        options: of all lists.
        processes: how many make lists, if there is no ``executor``.
        executor: makes the lists instead: a pool of threads or processes, of loky, of MPI, or what
            ``dask.distributed.Client.get_executor()`` returns. Its workers must find the index
            under the same path. The caller shuts it down.

    Raises:
        IndexUnusable: the index was replaced meanwhile, or a worker was killed.

    >>> [(event_id, len(hits)) for event_id, hits in related_lists(index, [lander_id])]
    [('/news/2015/06/30/lantern-hears-the-lander-on.md', 3)]
    """
    options = options or RelatedOptions()
    return made_of_lists(index, event_ids, options, _unchanged, processes, executor=executor)


def made_of_lists(
    index: Index,
    event_ids: Iterable[str],
    options: RelatedOptions,
    make: Callable[[str, tuple[Hit, ...] | None], _Made],
    processes: int = 1,
    decided: Decided = NOTHING_DECIDED,
    *,
    executor: Executor | None = None,
) -> Iterator[_Made]:
    """What ``make`` returns for each id and its list, after the decisions of editors.

    Workers call ``make`` where they make the lists. So it has to be a function of a module, and
    what it returns should be small. For the other arguments see ``related_lists``.
    """
    ids = iter(event_ids)
    first = list(islice(ids, max(_WORTH_STARTING, _WORTH_COMPILING)))
    ids = chain(first, ids)
    if executor is not None or (processes > 1 and len(first) >= _WORTH_STARTING):
        workers = Workers(executor, processes)
        yield from _by_workers(workers, index, ids, options, make, decided)
        return
    lists_of = Index.related_to_each if len(first) >= _WORTH_COMPILING else _one_by_one
    while chunk := list(islice(ids, _CHUNK)):
        lists = _ruled(index, chunk, lists_of(index, chunk, options), options, decided)
        yield from map(make, chunk, lists)


def _unchanged(event_id: str, hits: tuple[Hit, ...] | None) -> Listed:
    return event_id, hits


def _by_workers(
    workers: Workers,
    index: Index,
    ids: Iterator[str],
    options: RelatedOptions,
    make: Callable[[str, tuple[Hit, ...] | None], _Made],
    decided: Decided,
) -> Iterator[_Made]:
    """``made_of_lists`` by workers, chunk by chunk."""

    def calls() -> Iterator[tuple[object, ...]]:
        while chunk := list(islice(ids, _CHUNK)):
            own = decided
            if decided:
                own = decided.about([_id_of(index, reference) or "" for reference in chunk])
            yield index.directory, index.generation, chunk, options, make, own

    try:
        with workers.pool() as pool:
            yield from chain.from_iterable(results(pool, _made_by_worker, calls()))
    except BrokenExecutor as error:
        raise IndexUnusable(
            f"{index.directory}: a process that made lists was killed; free some memory, "
            "then run the command again"
        ) from error


def _made_by_worker(
    directory: Path,
    generation: int,
    event_ids: Sequence[str],
    options: RelatedOptions,
    make: Callable[[str, tuple[Hit, ...] | None], _Made],
    decided: Decided,
) -> list[_Made]:
    index = _opened(directory, generation)
    lists = index.related_to_each(event_ids, options)
    return list(map(make, event_ids, _ruled(index, event_ids, lists, options, decided)))


def _ruled(
    index: Index,
    event_ids: Sequence[str],
    lists: Iterable[tuple[Hit, ...] | None],
    options: RelatedOptions,
    decided: Decided,
) -> Iterable[tuple[Hit, ...] | None]:
    """The lists after the decisions of editors."""
    if not decided:
        return lists
    from search.engine.decisions.ruled_lists import AnsweredLists  # noqa: PLC0415

    return AnsweredLists(index, decided, options).of_each(event_ids, lists)


def _one_by_one(
    index: Index, event_ids: Sequence[str], options: RelatedOptions
) -> Iterator[tuple[Hit, ...] | None]:
    """``Index.related_to_each``, each list when it is asked for."""
    for reference in event_ids:
        event_id = _id_of(index, reference)
        yield None if event_id is None else index.related(event_id, options)


def _id_of(index: Index, reference: str) -> str | None:
    try:
        return index.resolve(reference)
    except UnknownEvent:
        return None


@lru_cache(maxsize=1)
def _opened(directory: Path, generation: int) -> Index:
    # What an index remembers grows to millions of objects, none of them garbage.
    gc.disable()
    index = Index.open(directory)
    if index.generation != generation:
        raise IndexUnusable(f"{directory}: the index was replaced meanwhile; run it again")
    return index
