"""The log of what was done to the world."""

from kiosk.sandbox.steps import Steps


def test_steps_are_told_in_order_and_from_a_number_on() -> None:
    steps = Steps(now=lambda: 0.0)
    for number in range(5):
        steps.say("world", "did", number=number)
    assert [step.values["number"] for step in steps.since()] == [0, 1, 2, 3, 4]
    assert [step.values["number"] for step in steps.since(3)] == [3, 4]
    assert steps.since(5) == ()


def test_a_log_that_keeps_the_last_ones_forgets_the_others_and_counts_on() -> None:
    steps = Steps(now=lambda: 0.0, keep=3)
    for number in range(10):
        steps.say("world", "did", number=number)
    assert [step.values["number"] for step in steps.since()] == [7, 8, 9]
    assert [step.values["number"] for step in steps.since(8)] == [8, 9]
    assert steps.since(10) == ()
