from search.text.bounded_cache import BoundedCache


def test_what_was_put_last_is_there() -> None:
    cache: BoundedCache[int] = BoundedCache(100)
    for number in range(1000):
        cache.put(str(number), number, 10)
        assert cache.get(str(number)) == number


def test_no_more_than_the_limit_is_kept() -> None:
    cache: BoundedCache[int] = BoundedCache(100)
    for number in range(1000):
        cache.put(str(number), number, 10)
    assert sum(cache.get(str(number)) is not None for number in range(1000)) <= 10
