"""The screen. A page is a display list (`nodes.Page`): plain values that pure functions lay out and one painter draws.

    theme        tokens: colours, type, space, by role; `Theme(contrast, text, orientation)`
    nodes        what a page is made of; `Target` is what reacts to touch
    layout       boxes: Row, Column, Grid, Panel, Pad, Sized, Spread, Placed, Flex, Spacer, Tap, IconBox, Rule
    typeset      Text, Span, emphasised()
    components/  buttons, bars, status, lists, keypad, months, tables, pictures, dialogs
    frame        compose(kit, PageSpec) -> Page: header, content, session bar, access strip
    port         Presenter, Screen, SecretEntry, WindowSettings: what the window and the kiosk ask of each other
    painter app  the only modules that import Kivy

Everything is in px of a design page of 1080 x 1920 or 1920 x 1080; other windows scale it. A screen is a pure function:

    def build(kit: Kit, name: str) -> Page:
        content = Column(
            Text(kit, f"{name}，请选择", Type.H1),
            Text(kit, emphasised("是社保卡的 6 位密码，不是银行卡密码。", "不是银行卡密码"), Type.BODY, Role.INK2),
            Spacer(),                                     # what follows stands at the lower edge
            tiles(kit, [TileSpec("打印", "证明和凭证", Icon.PRINT, "home.print", Open("print"))]),
            gap=24,
        )
        return compose(kit, PageSpec("home", header_spec, content, session_spec, access_specs))

Words come finished from the catalogue; actions are any hashable value and come back through `Presenter.pressed`. A target's
name ("home.print") is what tests and tools tap. `kit.theme.large`, `.landscape` tell which mode a page is laid out for;
most reflow is inside the components. An element that gets less room than it needs is recorded in `Page.overflows`.
"""
