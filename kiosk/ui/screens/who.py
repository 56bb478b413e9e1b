"""A new card: who stands there. Of a child only a guardian may act, and the page says so instead of asking."""

from kiosk.services import GUARDIAN_AGE, Party
from kiosk.ui.components.choices import ChoiceSpec
from kiosk.ui.components.status import note
from kiosk.ui.env import Env
from kiosk.ui.icons import Icon
from kiosk.ui.nodes import Page
from kiosk.ui.screens import shell
from kiosk.ui.screens.service_parts import Step, activation_frame, choice_page
from kiosk.visit.actions import ChooseParty
from kiosk.visit.services import Activation
from kiosk.visit.states import Model

_ICONS = {Party.HOLDER: Icon.ID_CARD, Party.AGENT: Icon.BADGE, Party.GUARDIAN: Icon.FAMILY_RESTROOM}


def build(state: Activation, model: Model, env: Env) -> Page:
    frame = activation_frame(state, env, Step.IDENTITY)
    kind = "child" if state.minor else "adult"
    parties = (Party.GUARDIAN,) if state.minor else (Party.HOLDER, Party.AGENT)
    specs = [
        ChoiceSpec(
            env.t(f"party.{party.value}"),
            env.t(f"party.{party.value}.text"),
            _ICONS[party],
            f"party-{party.value}",
            ChooseParty(party),
            primary=i == 0,
        )
        for i, party in enumerate(parties)
    ]
    foot = note(env.kit, Icon.SCHEDULE, env.t("activation.who.time"))
    lead = env.t(f"activation.who.{kind}.lead", age=GUARDIAN_AGE)
    content = choice_page(env, frame, env.t(f"activation.who.{kind}.title"), lead, specs, foot)
    return shell.page(env, model, content, frame.session)
