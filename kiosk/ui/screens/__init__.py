"""One module a screen: `build(state, model, env) -> Page`, drawn from the model alone. `kiosk.ui.pages` picks the one."""
