"""The one way to write a coroutine test: awaits Scrapy, asyncio and Playwright alike."""

from scrapy.utils.defer import deferred_f_from_coro_f as coroutine_test

__all__ = ["coroutine_test"]
