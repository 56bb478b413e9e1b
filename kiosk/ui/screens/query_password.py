"""The query password. Of it no element knows a character; of what was refused nobody is told which part it was."""

from kiosk.ui.components.keys import SecretField
from kiosk.ui.components.status import note
from kiosk.ui.env import Env
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Column, Element
from kiosk.ui.nodes import Page
from kiosk.ui.screens import shell
from kiosk.ui.screens.entry_note import entry_note, not_taken
from kiosk.ui.screens.keyboard import secret_digits, secret_keys
from kiosk.ui.screens.query_parts import help_button, query_frame
from kiosk.ui.screens.service_parts import Typing, typing_page
from kiosk.ui.theme import Type
from kiosk.ui.typeset import Text
from kiosk.visit.help import EntryNote, QueryPassword
from kiosk.visit.states import Model


def build(stage: QueryPassword, model: Model, env: Env) -> Page:
    frame = query_frame(env)
    return shell.page(env, model, typing_page(env, frame, _typing(stage, model, env)), frame.session)


def _typing(stage: QueryPassword, model: Model, env: Env) -> Typing:
    kit, rules = env.kit, model.rules.help
    keys = secret_keys if rules.query_letters else secret_digits
    refused = stage.note is EntryNote.REFUSED
    said = entry_note(env, stage.note, key="query.refused" if refused else None)
    if said is not None and refused:
        # Always the way out, whatever was wrong.
        said = Column(
            said,
            Text(kit, env.t("query.refused.advice"), Type.NOTE if env.kit.theme.large else Type.BODY),
            gap=env.kit.theme.pick(10, 6),
        )
    # Where the room is small the sentence stands for the page that the button opens.
    small = refused and env.kit.theme.large and env.kit.theme.landscape
    help: Element | None = None if small else help_button(env)
    return Typing(
        title=env.t("query.password.title"),
        lead=env.t("query.password.lead"),
        field=SecretField(kit, stage.digits, wrong=not_taken(stage.note) and not stage.digits),
        pad=keys(env, can_confirm=stage.digits >= rules.query_password_min),
        said=said,
        below=help,
        comfort=note(kit, Icon.BACK_HAND, env.t("staff.password.cover")),
        needed=said is None,
        keyboard=rules.query_letters,
    )
