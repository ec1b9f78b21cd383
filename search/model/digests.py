"""64-bit digests by which bytes, events and ids are recognised."""

from hashlib import blake2b

from search.model.event import Event


def digest_of(data: bytes) -> int:
    """64 bits by which something is known again."""
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "little")


def event_digest(event: Event) -> int:
    """64 bits by which an event is known to be what it was; what archives hold has no controls."""
    fields = (event.id, event.date.isoformat(), event.title, event.summary, event.url)
    lists = ("\1".join(event.sources), "\1".join(event.terms))
    others = tuple(f"{name}\1{text}" for name, text in sorted(event.fields.items()))
    return digest_of("\0".join(fields + lists + others).encode("utf-8", "surrogatepass"))


def hash_of(event_id: str) -> int:
    """64 bits by which an id is looked up."""
    return digest_of(event_id.encode("utf-8", "surrogatepass"))
