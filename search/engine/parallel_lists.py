"""The related lists of many events, in the given order, by several processes if that pays."""

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

_CHUNK: Final = 250  # lists that a process makes at a time
_WORTH_STARTING: Final = 1_000  # fewer lists are done before a process has started
_WORTH_COMPILING: Final = 500  # fewer are done one by one before the kernels are loaded

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
    if executor is None:
        yield from made_of_lists(index, event_ids, options, _as_it_is, processes)
    else:
        yield from _by_workers(Workers(executor), index, iter(event_ids), options, _as_it_is)


def made_of_lists(
    index: Index,
    event_ids: Iterable[str],
    options: RelatedOptions,
    make: Callable[[str, tuple[Hit, ...] | None], _Made],
    processes: int = 1,
    decided: Decided = NOTHING_DECIDED,
) -> Iterator[_Made]:
    """``related_lists``, but what ``make`` makes of each id and its list, as ``decided``.

    That is done where the list is made, so ``make`` has to be a function of a module, and what it
    makes should be small: it is handed from process to process.
    """
    ids = iter(event_ids)
    first = list(islice(ids, _WORTH_STARTING)) if processes > 1 else []
    if len(first) == _WORTH_STARTING:
        workers = Workers(processes=processes)
        yield from _by_workers(workers, index, chain(first, ids), options, make, decided)
        return
    ids = chain(first, ids)
    some = list(islice(ids, _WORTH_COMPILING))
    if len(some) < _WORTH_COMPILING:
        one_by_one = (_list_of(index, event_id, options) for event_id in some)
        yield from map(make, some, _ruled(index, some, one_by_one, options, decided))
        return
    ids = chain(some, ids)
    while chunk := list(islice(ids, _CHUNK)):
        lists = index.related_to_each(chunk, options)
        yield from map(make, chunk, _ruled(index, chunk, lists, options, decided))


def _as_it_is(event_id: str, hits: tuple[Hit, ...] | None) -> Listed:
    return event_id, hits


def _by_workers(
    workers: Workers,
    index: Index,
    ids: Iterator[str],
    options: RelatedOptions,
    make: Callable[[str, tuple[Hit, ...] | None], _Made],
    decided: Decided = NOTHING_DECIDED,
) -> Iterator[_Made]:
    """Lists made by workers, chunk by chunk."""

    def calls() -> Iterator[tuple[object, ...]]:
        while chunk := list(islice(ids, _CHUNK)):
            own = decided.about([_meant(index, each) for each in chunk]) if decided else decided
            yield index.directory, index.generation, chunk, options, make, own

    try:
        with workers.pool() as pool:
            yield from chain.from_iterable(results(pool, _made, calls()))
    except BrokenExecutor as error:
        raise IndexUnusable(
            f"{index.directory}: a process that asked it was killed; free some memory, "
            "then run it again"
        ) from error


def _made(
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
    """The lists by what editors decided."""
    if not decided:
        return lists
    from search.engine.decisions.ruled_lists import AnsweredLists  # noqa: PLC0415

    return AnsweredLists(index, decided, options).of_each(event_ids, lists)


def _list_of(index: Index, event_id: str, options: RelatedOptions) -> tuple[Hit, ...] | None:
    try:
        return index.related(index.resolve(event_id), options)
    except UnknownEvent:
        return None


def _meant(index: Index, reference: str) -> str:
    try:
        return index.resolve(reference)
    except UnknownEvent:
        return reference


@lru_cache(maxsize=1)
def _opened(directory: Path, generation: int) -> Index:
    # What an index remembers grows to millions of objects, none of them garbage.
    gc.disable()
    index = Index.open(directory)
    if index.generation != generation:
        raise IndexUnusable(f"{directory}: the index was replaced meanwhile; run it again")
    return index
