"""The chip said yes; the record is on its way. The wait gets its name after a second, the way out is always there."""

from typing import assert_never

from kiosk.help import Access
from kiosk.ui.components.fitting import columns, fitted_picture
from kiosk.ui.components.lists import Progress, ProgressSpec, progress_list
from kiosk.ui.components.pictures import CardPicture
from kiosk.ui.components.status import heading
from kiosk.ui.env import Env
from kiosk.ui.layout import Column, Flex, Placed, Spacer
from kiosk.ui.nodes import Page
from kiosk.ui.screens import shell
from kiosk.ui.screens.visit_bar import card_in
from kiosk.visit.states import Model, Opening


def build(state: Opening, model: Model, env: Env) -> Page:
    kit = env.kit
    if state.offline is not None:
        lead = env.t("offline.opening")
    elif state.slow:
        lead = env.n("opening.lead", round(model.rules.answer_deadline))
    else:
        lead = env.t("opening.soon")
    cardless = state.access is not Access.CARD
    step = "opening.step.record" if state.offline is None else "offline.step"
    steps = [
        ProgressSpec(env.t(_opened_by(state.access)), env.t("reading.done"), Progress.DONE),
        ProgressSpec(env.t(step), env.t("reading.now"), Progress.NOW),
    ]
    top = heading(kit, env.t("opening.title"), lead)
    # Without a card there is none to picture, and none to take.
    picture = Spacer() if cardless else Flex(fitted_picture(kit, CardPicture.IN_SLOT))
    left = Column(top, picture, gap=24)
    panel = progress_list(kit, steps, None if cardless else env.t("opening.way_out"))
    right = Placed(panel) if kit.theme.landscape else Column(panel, Spacer(least=48))
    session = shell.cardless_session(env, state.access, back=False) if cardless else card_in(env, "bar.opening")
    return shell.page(env, model, columns(kit, left, right), session)


def _opened_by(access: Access) -> str:
    """Key of the step that is behind one."""
    match access:
        case Access.CARD:
            return "opening.step.pin"
        case Access.QUERY:
            return "query.working.step"
        case Access.HANDED_OVER:
            return "query.bar.handed_over"
        case never:
            assert_never(never)
