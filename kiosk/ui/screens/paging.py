"""Pages of what does not fit. `part` in the visit is the index of the first item shown: with another text size, another
number of items fits, and the page that holds the item is shown."""

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.ui.components.buttons import ButtonSize, ButtonSpec, button, pager
from kiosk.ui.env import Env
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Align, Column, Element, Flex, Row
from kiosk.ui.theme import Role, Type
from kiosk.ui.typeset import Text, emphasised
from kiosk.visit.actions import ShowPart


@dataclass(frozen=True, slots=True)
class Turn:
    """One page of several. `first`, `end`: items from `first` on, before `end`. `page` counts from 1, 0 where nobody knows how
    many come before; `pages` None: nobody knows how many there are. `before`, `after`: the `part` of the neighbours, None
    where there is none."""

    first: int
    end: int
    page: int
    pages: int | None
    before: int | None
    after: int | None

    @property
    def only(self) -> bool:
        return self.before is None and self.after is None


def starts_of(heights: Sequence[int], room: int, gap: int = 0) -> list[int]:
    """Where pages begin when items of these heights are filled into `room` px; an item that is too high stands alone."""
    starts: list[int] = [0]
    used = 0
    for i, height in enumerate(heights):
        needed = height if i == starts[-1] else used + gap + height
        if i > starts[-1] and needed > room:
            starts.append(i)
            needed = height
        used = needed
    return starts


def turn(starts: Sequence[int], count: int, part: int) -> Turn:
    """The page that holds item `part`, or the last one."""
    page = max((i for i, start in enumerate(starts) if start <= part), default=0)
    last = page == len(starts) - 1
    return Turn(
        first=starts[page],
        end=count if last else starts[page + 1],
        page=page + 1,
        pages=len(starts),
        before=starts[page - 1] if page else None,
        after=None if last else starts[page + 1],
    )


def fill(heights: Sequence[int], room: int, smaller: int, part: int, gap: int = 0) -> Turn:
    """All items on one page where they fit into `room`, else pages of `smaller` px (what the paging buttons leave)."""
    if sum(heights) + gap * max(0, len(heights) - 1) <= room:
        return Turn(0, len(heights), 1, 1, None, None)
    return turn(starts_of(heights, smaller, gap), len(heights), part)


def even(count: int, size: int, part: int) -> Turn:
    """Pages of `size` items each."""
    return turn(list(range(0, max(count, 1), size)), count, part)


def part_pager(env: Env, turned: Turn, *, height: int | None = None, narrow: bool = False) -> Element:
    """The paging buttons of a turned list, with the page's number between them, or (`narrow`) above them."""
    kit = env.kit
    page = str(turned.page)
    if turned.page == 0:
        page = str(turned.first + 1)
        text = env.t("common.items", first=page, last=turned.end)
    elif turned.pages is None:
        text = env.t("common.page_only", page=page)
    else:
        text = env.t("common.position" if kit.theme.large else "common.page", page=page, pages=turned.pages)
    before = ButtonSpec(
        env.t("common.previous_page"),
        "prev-part",
        ShowPart(turned.before or 0),
        Icon.CHEVRON_LEFT,
        size=ButtonSize.SMALL,
        enabled=turned.before is not None,
    )
    after = ButtonSpec(
        env.t("common.next_page"),
        "next-part",
        ShowPart(turned.after or 0),
        Icon.CHEVRON_RIGHT,
        size=ButtonSize.SMALL,
        icon_after=True,
        enabled=turned.after is not None,
    )
    if not narrow:
        return pager(kit, before, text, page, after, height=height)
    buttons = Row(Flex(button(kit, before, height=height)), Flex(button(kit, after, height=height)), gap=20)
    return Column(Text(kit, emphasised(text, page), Type.LEGEND, Role.INK2, align=Align.CENTER), buttons, gap=4)
