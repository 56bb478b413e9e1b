"""Central's clock at the kiosk: nobody can turn it back by setting the machine's."""

from kiosk.engine.clock import ServerClock

NOW = 1_795_000_000


class Machine:
    """A wall clock that somebody sets, and a steady one that nobody can."""

    def __init__(self) -> None:
        self.wall = float(NOW)
        self.steady = 1000.0
        self.clock = ServerClock(lambda: self.wall, lambda: self.steady)

    def passes(self, seconds: float) -> None:
        self.wall += seconds
        self.steady += seconds


def test_before_central_is_heard_the_machines_own_clock_counts() -> None:
    machine = Machine()
    assert (machine.clock.now(), machine.clock.heard) == (NOW, False)
    machine.passes(60)
    assert machine.clock.now() == NOW + 60


def test_once_heard_it_is_centrals_time_however_the_machine_is_set() -> None:
    machine = Machine()
    machine.clock.saw(90.0)
    assert (machine.clock.now(), machine.clock.heard) == (NOW + 90, True)
    machine.wall -= 30 * 86_400
    machine.steady += 10
    assert machine.clock.now() == NOW + 100


def test_a_start_before_the_mark_has_no_time_until_central_tells_it() -> None:
    machine = Machine()
    machine.clock.raise_mark(NOW + 3600)
    assert machine.clock.now() is None
    machine.clock.saw(3700.0)
    assert machine.clock.now() == NOW + 3700


def test_a_clock_that_is_right_by_a_few_seconds_never_runs_before_the_mark() -> None:
    machine = Machine()
    machine.clock.raise_mark(NOW + 3)
    assert machine.clock.now() == NOW + 3
    machine.passes(10)
    assert machine.clock.now() == NOW + 10


def test_the_mark_only_rises() -> None:
    machine = Machine()
    machine.clock.raise_mark(NOW + 3600)
    machine.clock.raise_mark(NOW)
    assert machine.clock.now() is None
