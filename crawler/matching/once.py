"""What is worked out when it is first asked for, and then kept."""

from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

Value = TypeVar("Value")


class once(Generic[Value]):
    """A property that is worked out once for each object.

    Like `functools.cached_property`, which takes a lock for each value in Python 3.11: that costs more than most of the
    values of a page. Objects with such properties belong to one thread.
    """

    def __init__(self, work: Callable[[Any], Value]) -> None:
        self._work = work
        self.__doc__ = work.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, one: None, owner: type) -> Self: ...

    @overload
    def __get__(self, one: object, owner: type) -> Value: ...

    def __get__(self, one: object | None, owner: type) -> Self | Value:
        if one is None:
            return self
        # What is found in the object itself is not asked for here again.
        value = one.__dict__[self._name] = self._work(one)
        return value
