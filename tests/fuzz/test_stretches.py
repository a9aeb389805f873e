"""A hunt in several processes counts like one."""

from tests.fuzz.stretches import Stretch, in_stretches


def test_stretches_end_at_the_wanted_inputs() -> None:
    asked: list[tuple[int, int]] = []

    def run(inputs: int, seconds: int) -> Stretch:
        asked.append((inputs, seconds))
        return Stretch(inputs, 30, {f"place {len(asked) % 2}": f"crash-{len(asked)}"})

    total = in_stretches(run, 250, 1000, 100)

    assert asked == [(100, 1000), (100, 970), (50, 940)]
    assert (total.inputs, total.seconds, total.died) == (250, 90, False)
    assert total.crashes == {"place 1": "crash-3", "place 0": "crash-2"}


def test_stretches_end_with_their_time() -> None:
    total = in_stretches(lambda inputs, seconds: Stretch(10, min(seconds, 60)), 1000, 100, 100)

    assert (total.inputs, total.seconds, total.died) == (20, 100, False)


def test_a_process_that_dies_or_does_nothing_is_the_last() -> None:
    dead = in_stretches(lambda *_: Stretch(7, 1, died=True), 1000, 1000, 100)
    idle = in_stretches(lambda *_: Stretch(), 1000, 1000, 100)

    assert (dead.inputs, dead.died) == (7, True)
    assert (idle.inputs, idle.died) == (0, True)
