"""A resident's visit, the whole way: card in, PIN, record, card out."""

from kiosk.sandbox.walk import Walk


def test_card_in_pin_home_card_out(walk: Walk) -> None:
    walk.world.insert("jinan-2-0", fresh=True)
    walk.kiosk.wait_screen("pin")
    walk.kiosk.type_pin("123456")
    home = walk.kiosk.wait_screen("home")
    assert "测*甲" in " ".join(home.texts)
    assert "测试甲" not in " ".join(home.texts)
    walk.world.pull()
    idle = walk.kiosk.wait_screen("attract")
    assert "测*甲" not in " ".join(idle.texts)
