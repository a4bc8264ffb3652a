"""Ctrl-C: what it waits for, and what is made of it."""

from __future__ import annotations

import os
import signal
import threading

import pytest

from ttg_sim.studies.interrupts import was_interrupted, whole


@pytest.fixture(autouse=True)
def as_in_a_process_of_its_own():
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def press() -> None:
    signal.raise_signal(signal.SIGINT)


def pressed_in_the_block(done: list[str], times: int) -> None:
    with whole():
        for time in range(1, times + 1):
            press()
            done.append(f"press {time}")
        done.append("to its end")


def test_an_interruption_waits_for_the_end_of_the_block() -> None:
    done: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        pressed_in_the_block(done, 1)
    assert done == ["press 1", "to its end"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_second_one_does_not_wait() -> None:
    done: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        pressed_in_the_block(done, 2)
    assert done == ["press 1"]


def test_a_fault_in_the_block_stays_what_it_is() -> None:
    with pytest.raises(ValueError, match="wrong"), whole():
        raise ValueError("wrong")
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_nothing_is_changed_where_ctrl_c_is_not_for_this_thread() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with whole():
        press()
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    done = []

    def elsewhere() -> None:
        with whole():
            done.append(os.getpid())

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert done == [os.getpid()]


def test_what_a_library_makes_of_an_interruption_is_known() -> None:
    fault = SystemError("returned a result with an exception set")
    assert not was_interrupted(fault)
    fault.__cause__ = KeyboardInterrupt()
    assert was_interrupted(fault)
    other = RuntimeError("while that was handled")
    other.__context__ = fault
    assert was_interrupted(other)
