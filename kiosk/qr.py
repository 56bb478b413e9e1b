"""A short text as a QR code (ISO/IEC 18004), for slip and screen. Pure."""

from functools import lru_cache

Modules = tuple[tuple[bool, ...], ...]
"""Row by row from the top, True is dark; without the quiet zone of four modules that has to be around it."""


@lru_cache(maxsize=8)
def modules(text: str) -> Modules:
    """The smallest code that still reads with 15 % of it spoilt (level M). `text`: a reference, nothing personal; at most 100
    characters."""
    if not 0 < len(text) <= 100:
        raise ValueError("a QR code of nothing, or of too much")
    import segno  # start-up does not pay for it

    made = segno.make_qr(text, error="m")
    return tuple(tuple(bool(cell) for cell in row) for row in made.matrix)


def prepare() -> None:
    """Load what a first code needs, so that no page waits for it."""
    modules("-")
