"""Digests (BLAKE2b) of bytes, events and ids: 64 bits, or 256 where forgery matters."""

from hashlib import blake2b

from search.model.event import Event


def hex_digest(data: bytes) -> str:
    """256 bits, in hexadecimal. Even forged bytes do not have the same digest."""
    return blake2b(data, digest_size=32).hexdigest()


def digest_of(data: bytes) -> int:
    """64 bits. They distinguish bytes that were not made to collide."""
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "little")


def event_digest(event: Event) -> int:
    """64 bits that change with any field of an event. No field has control characters."""
    fields = (event.id, event.day, event.title, event.summary, event.url)
    lists = ("\1".join(event.sources), "\1".join(event.terms))
    others = tuple(f"{name}\1{text}" for name, text in sorted(event.fields.items()))
    links = tuple(f"\1{link}" for link in event.links)
    return digest_of("\0".join(fields + lists + others + links).encode("utf-8", "surrogatepass"))


def hash_of(event_id: str) -> int:
    """The 64 bits by which the index looks up an id, or another key."""
    return digest_of(event_id.encode("utf-8", "surrogatepass"))
