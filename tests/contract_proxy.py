"""Puts the validating proxy of the vendor's API document between a client and an engine, where it is at hand.

The tool lies beside the project and not in it: a clone without it runs the same tests without the proxy.
"""

import importlib.util
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import ModuleType

import pytest

# `CONTRACT=all` puts it before the engines of the suites that ask thousands of questions too: they take twice as long.
EVERYWHERE = os.environ.get("CONTRACT") == "all"
TOOL = Path(__file__).parents[2] / "shared" / "tools" / "hwa_contract.py"

needs_contract = pytest.mark.skipif(not TOOL.is_file(), reason="the contract proxy (shared/tools) is not at hand")


@asynccontextmanager
async def through_contract(url: str) -> AsyncIterator[str]:
    """The address under which the engine at `url` is reached through the proxy; `url` itself without the tool.

    Fails the test at the end if an exchange broke the contract.
    """
    if not TOOL.is_file():
        yield url
        return
    async with _tool().ContractProxy(url) as proxy:
        yield proxy.url
    assert proxy.violations == []


@asynccontextmanager
async def through_contract_if_asked(url: str) -> AsyncIterator[str]:
    """The same with `CONTRACT=all`, else `url` itself."""
    if not EVERYWHERE:
        yield url
        return
    async with through_contract(url) as proxied:
        yield proxied


def _tool() -> ModuleType:
    name = "hwa_contract"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, TOOL)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module  # its dataclasses look themselves up there
        spec.loader.exec_module(module)
    return sys.modules[name]
