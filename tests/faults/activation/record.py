"""What one undisturbed run of each story shows at its borders: `python -m tests.faults.activation.record` writes points.json."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.faults.activation.points import Border, Point, Story, write
from tests.faults.activation.stand import Stand
from tests.faults.activation.stories import before, settle


def recorded(stand: Stand, story: Story) -> tuple[Point, ...]:
    """The points of a story, in the order of their borders."""
    stand.begin(f"record-{story.name.lower()}")
    before(stand, story)
    stand.record()
    stand.visit(story)
    settle(stand, story)
    stand.quiet()
    crossed = tuple(Point(story, border, name, nth) for border, name, nth in stand.passed)
    messages = tuple(Point(story, point.border, point.name, point.nth) for point in stand.messages())
    return tuple(sorted((*crossed, *messages), key=lambda point: list(Border).index(point.border)))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, Stand(Path(folder)) as stand:
        write(tuple(point for story in Story for point in recorded(stand, story)))


if __name__ == "__main__":
    main()
