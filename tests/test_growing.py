"""What tells linear work from quadratic work tells them apart."""

from tests.growing import grows_as_its_size


def test_work_that_grows_as_its_size_is_told_from_work_that_does_not() -> None:
    assert grows_as_its_size(lambda size: sum(range(size)), 1_000_000)
    assert not grows_as_its_size(lambda size: sum(range(size * size)), 2_000)
