"""Killed, or refused by the disk, at one step after another; the whole sweeps are `tests.crash.measure` and `.power`."""

import random
import shutil

import pytest

from tests.crash import measure, power

SAID: list[str] = []


@pytest.mark.parametrize("command", ["decide", "works", "cases"])
def test_an_act_killed_at_any_step_is_whole_or_named_as_without_effect(command: str) -> None:
    assert measure.sweep(command, "kill", say=SAID.append) == 0, SAID


@pytest.mark.timeout(600)
@pytest.mark.parametrize("blow", ["kill", "ENOSPC"])
@pytest.mark.parametrize("command, every", [("crawl", 150), ("export", 260), ("backup", 40), ("init", 60)])
def test_a_command_struck_at_some_steps_is_made_good_by_the_next_run(command: str, every: int, blow: str) -> None:
    first = random.Random(f"{command} {blow}").randint(1, every)
    assert measure.sweep(command, blow, every, first, SAID.append) == 0, SAID


@pytest.mark.timeout(600)
@pytest.mark.skipif(shutil.which("strace") is None, reason="what was synced is seen with strace")
def test_a_power_cut_takes_nothing_that_was_entered() -> None:
    assert power.sweep(80) == 0
