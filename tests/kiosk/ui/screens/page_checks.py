"""What holds for every page of the kiosk: nothing cut, nothing over anything else, everything large enough to touch."""

from collections.abc import Iterator
from itertools import combinations

from kiosk.ui.nodes import Page, PlacedText, Rect, TextRun
from kiosk.ui.theme import SMALLEST_GAP, SMALLEST_TARGET, SMALLEST_TEXT


def shown(page: Page) -> str:
    """All that can be read on a page."""
    return "\n".join(text.text for text in page.texts)


def names(page: Page) -> set[str]:
    return {target.name for target in page.targets}


def problems(page: Page) -> list[str]:
    return [
        *(f"no room: {each.what} needs {each.needed}, has {each.given} {each.text!r}" for each in page.overflows),
        *_text_problems(page),
        *_target_problems(page),
        *_broken_words(page),
    ]


def _runs(page: Page, text: PlacedText) -> list[TextRun]:
    first, after = text.nodes
    return [node for node in page.nodes[first:after] if isinstance(node, TextRun)]


def _ink(run: TextRun) -> Rect:
    """Where letters are: a band has air above and below them."""
    return run.rect.inset(0, run.size // 4, 0, run.size // 4)


def _text_problems(page: Page) -> Iterator[str]:
    whole = Rect(0, 0, *page.size)
    placed: list[tuple[PlacedText, TextRun]] = []
    for text in page.texts:
        runs = _runs(page, text)
        if not runs:
            yield f"not drawn: {text.text!r}"
        for run in runs:
            if run.size < SMALLEST_TEXT:
                yield f"too small ({run.size}): {run.text!r}"
            if not whole.contains(run.rect):
                yield f"outside the page: {run.text!r}"
            if run.x < run.box.x or run.x + run.w > run.box.right:
                yield f"wider than its box: {run.text!r}"
            placed.append((text, run))
    for (one, a), (other, b) in combinations(placed, 2):
        if one is not other and _ink(a).overlaps(_ink(b)):
            yield f"one over the other: {a.text!r} and {b.text!r}"


def _target_problems(page: Page) -> Iterator[str]:
    whole = Rect(0, 0, *page.size)
    for target in page.targets:
        if min(target.rect.w, target.rect.h) < SMALLEST_TARGET:
            yield f"too small to touch: {target.name} {target.rect}"
        if not whole.contains(target.rect):
            yield f"outside the page: {target.name} {target.rect}"
        first, after = target.nodes
        if not any(isinstance(node, TextRun) for node in page.nodes[first:after]) and not target.spoken:
            yield f"an icon alone without a spoken name: {target.name}"
    for one, other in combinations(page.targets, 2):
        if one.name == other.name:
            yield f"two controls named {one.name}"
        if one.rect.outset(SMALLEST_GAP).overlaps(other.rect):
            yield f"too close: {one.name} {one.rect} and {other.name} {other.rect}"


def _broken_words(page: Page) -> Iterator[str]:
    """A word of an alphabet that goes over two lines: its box was too narrow for it."""
    for text in page.texts:
        lines: dict[int, str] = {}
        for run in _runs(page, text):
            lines[run.y] = lines.get(run.y, "") + run.text
        whole, at = " ".join(text.text.split()), 0
        for one, other in zip(list(lines.values()), list(lines.values())[1:], strict=False):
            at = whole.find(one.strip(), at) + len(one.strip())
            between = whole[at : whole.find(other.strip(), at)]
            if (
                not between
                and one[-1:].isascii()
                and one[-1:].isalpha()
                and other[:1].isascii()
                and other[:1].isalpha()
            ):
                yield f"a word in two: {one!r} {other!r}"
