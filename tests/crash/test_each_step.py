"""Killed, or refused by the disk, at one step after another; the whole sweeps are `tests.crash.measure` and `.power`."""

import random
import shutil

import pytest

from tests.crash import measure, power

SAID: list[str] = []


@pytest.mark.timeout(900)
@pytest.mark.parametrize("command, every", [("decide", 1), ("works", 7), ("cases", 1)])
def test_an_act_killed_at_any_step_is_whole_or_named_as_without_effect(command: str, every: int) -> None:
    assert measure.sweep(command, "kill", every, say=SAID.append) == 0, SAID


@pytest.mark.parametrize("blow", ["kill", "ENOSPC"])
@pytest.mark.parametrize(
    "command, every", [("crawl", 200), ("export", 350), ("backup", 90), ("init", 30), ("rotate", 20), ("stamp", 20)]
)
def test_a_command_struck_at_some_steps_is_made_good_by_the_next_run(command: str, every: int, blow: str) -> None:
    first = random.Random(f"{command} {blow}").randint(1, every)
    assert measure.sweep(command, blow, every, first, SAID.append) == 0, SAID


@pytest.mark.parametrize("command, every", [("crawl", 250), ("backup", 120), ("rotate", 12)])
@pytest.mark.skipif(shutil.which("strace") is None, reason="what was synced is seen with strace")
def test_a_power_cut_takes_nothing_that_was_entered(command: str, every: int) -> None:
    assert power.sweep(every, command) == 0
