"""The page of each stage of a look-up without a card."""

from typing import assert_never

from kiosk.ui.env import Env
from kiosk.ui.nodes import Page
from kiosk.visit.help import (
    Query,
    QueryFailed,
    QueryHelp,
    QueryLocked,
    QueryNumber,
    QueryPassword,
    QueryWorking,
)
from kiosk.visit.states import Model


def build(state: Query, model: Model, env: Env) -> Page:
    if state.asking_since is not None:
        from kiosk.ui.screens import still_there

        return still_there.build(state, model, env)
    match state.stage:
        case QueryNumber() as stage:
            from kiosk.ui.screens import query_number

            return query_number.build(stage, model, env)
        case QueryPassword() as stage:
            from kiosk.ui.screens import query_password

            return query_password.build(stage, model, env)
        case QueryWorking() | QueryLocked() | QueryHelp() | QueryFailed() as stage:
            from kiosk.ui.screens import query_result

            match stage:
                case QueryWorking():
                    return query_result.working(stage, model, env)
                case QueryLocked():
                    return query_result.locked(stage, model, env)
                case QueryHelp():
                    return query_result.help_page(stage, model, env)
                case QueryFailed():
                    return query_result.failed(stage, model, env)
        case never:
            assert_never(never)
