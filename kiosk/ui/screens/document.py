"""The ID card on the reader: whose, where, what is read of it."""

from kiosk.ui.components.buttons import ButtonKind, ButtonSize, ButtonSpec, button
from kiosk.ui.components.fitting import FirstFit
from kiosk.ui.components.status import BannerSpec, Tone, banner, note, steps
from kiosk.ui.env import Env
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Align, Column, Element, Flex, Row, Spacer
from kiosk.ui.nodes import Page
from kiosk.ui.screens import shell
from kiosk.ui.screens.service_parts import Step, activation_frame, head, steps_line, whose
from kiosk.visit.actions import ReadDocumentNow
from kiosk.visit.services import Activation, ShowDocument
from kiosk.visit.states import Model


def build(state: Activation, stage: ShowDocument, model: Model, env: Env) -> Page:
    kit, theme = env.kit, env.kit.theme
    frame = activation_frame(state, env, Step.IDENTITY, back=True)
    title = env.t(f"activation.document.{whose(stage.whose, state.minor)}.title")
    todo = steps(kit, tuple(env.t(f"activation.document.step{i}") for i in (1, 2)), gap=32)
    again, why = env.t("activation.document.again"), env.t("activation.document.again_text")
    read = ButtonSpec(
        env.t("activation.document.read"),
        "read-document",
        ReadDocumentNow(),
        Icon.CONTACTLESS,
        ButtonKind.PRIMARY,
        ButtonSize.MAIN,
    )
    kept = note(kit, Icon.SHIELD_PERSON, env.t("activation.document.kept"))
    lead = env.t("activation.document.lead")

    def left(*, compact: bool) -> tuple[Element, ...]:
        failed = (banner(kit, BannerSpec(Tone.WARN, again, None if compact else why)),) if stage.failed else ()
        return (*steps_line(env, frame), head(env, title, lead, compact=compact), *failed)

    content: Element
    if theme.landscape:
        said = FirstFit(*(Column(*left(compact=compact), Spacer(), gap=theme.pick(16, 8)) for compact in (False, True)))
        right = FirstFit(
            *(Column(Spacer(), todo, Spacer(), *more, button(kit, read), gap=16) for more in ((kept,), ()))
        )
        content = Row(Flex(said, 22), Flex(right, 20), gap=60, align=Align.STRETCH)
    else:
        content = FirstFit(
            *(
                Column(
                    *left(compact=compact), Spacer(), todo, Spacer(), *more, button(kit, read), gap=theme.pick(28, 16)
                )
                for compact, more in ((False, (kept,)), (True, (kept,)), (True, ()))
            )
        )
    return shell.page(env, model, content, frame.session)
