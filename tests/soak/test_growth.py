"""The rules that say what growth is, on series made up for them."""

import random
from collections.abc import Callable

from tests.soak.growth import CACHES, COUNTS, Growth, Sample, judge

STEADY = {"anonymous": 200_000, **dict.fromkeys(COUNTS, 10), **dict.fromkeys(CACHES, 10)}


def series(
    memory: Callable[[int], float], every: int = 10, to: int = 200, **counts: Callable[[int], int]
) -> list[Sample]:
    """Samples as they come when memory and counts are these functions of the visit."""
    return [
        Sample(
            visit,
            visit * 2.0,
            {**STEADY, "anonymous": round(memory(visit)), **{name: count(visit) for name, count in counts.items()}},
        )
        for visit in range(0, to + 1, every)
    ]


def of(name: str, samples: list[Sample]) -> Growth:
    return next(growth for growth in judge(samples) if growth.name == name)


def test_a_steady_kiosk_holds_in_everything() -> None:
    assert all(growth.holds and growth.judged for growth in judge(series(lambda _: 200_000)))


def test_what_the_first_visits_fill_is_no_growth() -> None:
    warming = series(lambda visit: 150_000 + 50_000 * min(1, visit / 50), textures=lambda visit: min(visit, 50))
    assert all(growth.holds for growth in judge(warming))


def test_noise_around_a_steady_mean_is_no_growth() -> None:
    draw = random.Random(3)
    noisy = series(lambda _: 200_000 * draw.uniform(0.985, 1.015), to=5_000, every=100)
    assert of("anonymous", noisy).holds


def test_a_single_high_sample_is_no_growth_and_hides_none() -> None:
    assert of("anonymous", series(lambda visit: 260_000 if visit == 200 else 200_000)).holds
    assert not of("anonymous", series(lambda visit: 260_000 if visit == 50 else 200_000 + 60 * visit)).holds


def test_a_slow_leak_of_memory_grows() -> None:
    # 40 KiB a visit: 3 % in 150 visits.
    growth = of("anonymous", series(lambda visit: 200_000 + 40 * visit))
    assert not growth.holds
    assert 2.0 < growth.by < 3.0


def test_a_leak_of_a_kibibyte_a_visit_shows_in_five_thousand() -> None:
    assert of("anonymous", series(lambda visit: 200_000 + visit, to=200)).holds
    leaking = series(lambda visit: 200_000 + 1.5 * visit, to=5_000, every=100)
    assert not of("anonymous", leaking).holds


def test_one_handle_lost_every_fifty_visits_grows() -> None:
    growth = of("handles", series(lambda _: 200_000, handles=lambda visit: 10 + visit // 50))
    assert not growth.holds
    assert growth.by >= 1


def test_a_thread_more_for_good_grows() -> None:
    assert not of("threads", series(lambda _: 200_000, threads=lambda visit: 12 if visit < 120 else 13)).holds


def test_a_connection_that_comes_and_goes_is_no_growth() -> None:
    assert of("connections", series(lambda _: 200_000, connections=lambda visit: 1 + visit // 10 % 2)).holds


def test_fewer_than_two_settled_samples_judge_nothing() -> None:
    assert not any(growth.judged for growth in judge(series(lambda _: 200_000, to=50)))
    assert not any(growth.judged for growth in judge([]))


def test_a_kiosk_that_was_started_again_is_judged_by_its_last_life() -> None:
    first = series(lambda _: 100_000, to=300)
    second = [Sample(s.visit + 310, s.seconds, {**s.held, "anonymous": 200_000}, 2) for s in first]
    assert of("anonymous", first + second).holds
    assert of("anonymous", first + second).first == 200_000


def test_a_cache_may_fill_up_to_its_bound_and_not_beyond() -> None:
    def filling(most: int) -> list[Sample]:
        return series(lambda _: 200_000, shape_textures=lambda visit: most * visit // 200)

    assert of("shape_textures", filling(CACHES["shape_textures"])).holds
    assert not of("shape_textures", filling(2 * CACHES["shape_textures"])).holds
