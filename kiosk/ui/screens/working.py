"""The kiosk is at something that nobody can do anything about: what it is, what comes after, and that the card stays in while
its PIN is changed. The wait gets its name after a second."""

from collections.abc import Sequence
from typing import assert_never

from kiosk.ui.components.fitting import FirstFit, columns, fitted_picture
from kiosk.ui.components.lists import Progress, ProgressSpec, progress_list
from kiosk.ui.components.pictures import CardPicture
from kiosk.ui.env import Env
from kiosk.ui.layout import Align, Column, Element, Flex, Placed, Spacer
from kiosk.ui.nodes import Page
from kiosk.ui.screens import shell
from kiosk.ui.screens.service_parts import Frame, head, held, steps_line
from kiosk.visit.services import Work, Working
from kiosk.visit.states import Model


def build(stage: Working, model: Model, env: Env, frame: Frame, *, activating: bool) -> Page:
    """`activating`: what follows a change of the PIN is central's confirm."""
    kit = env.kit
    at_card = stage.work in (Work.CHANGE, Work.VERIFY)
    if at_card:
        frame = held(frame, env)
    key = f"work.{stage.work.value}"
    named = stage.slow and not at_card
    lead = env.n("opening.lead", round(model.rules.answer_deadline)) if named else env.t(f"{key}.lead")
    steps = [_row(env, key_, progress) for key_, progress in _steps(stage.work, activating=activating)]
    info = env.t("work.leave_in" if stage.work is Work.CHANGE else "work.soon" if at_card else "opening.way_out")
    top = (*steps_line(env, frame), head(env, env.t(f"{key}.title"), lead))
    picture = Flex(fitted_picture(kit, CardPicture.IN_SLOT))
    left = FirstFit(Column(*top, picture, gap=24), Column(*top, Spacer(), gap=24))
    panels = (progress_list(kit, steps, info), progress_list(kit, steps))
    if kit.theme.landscape:
        right: Element = FirstFit(*(Placed(panel, Align.STRETCH) for panel in panels))
    else:
        right = Column(panels[0], Spacer(least=24))
    return shell.page(env, model, columns(kit, left, right, weights=(22, 22)), frame.session)


def _row(env: Env, key: str, progress: Progress) -> ProgressSpec:
    word = {Progress.DONE: "reading.done", Progress.NOW: "reading.now", Progress.WAITING: "reading.waiting"}[progress]
    return ProgressSpec(env.t(key), env.t(word), progress)


def _steps(work: Work, *, activating: bool) -> Sequence[tuple[str, Progress]]:
    """Steps that are really taken. (key, how far)."""
    done, now, waiting = Progress.DONE, Progress.NOW, Progress.WAITING
    match work:
        case Work.CHECK:
            return (("reading.step.prove", done), ("work.check.step", now))
        case Work.IDENTITY | Work.SEND_CODE | Work.CHECK_CODE | Work.REPORT_LOSS:
            return ((f"work.{work.value}.step", now),)
        case Work.RESERVE:
            return (("work.reserve.step", now), ("work.change.step", waiting), ("work.confirm.step", waiting))
        case Work.CHANGE if activating:
            return (("work.reserve.step", done), ("work.change.step", now), ("work.confirm.step", waiting))
        case Work.CHANGE:
            return (("work.change.step", now),)
        case Work.VERIFY:
            return (("work.verify.step", now), ("work.confirm.step", waiting))
        case Work.CONFIRM:
            return (("work.change.step", done), ("work.confirm.step", now))
        case never:
            assert_never(never)
