"""What every test may use."""

import pytest
from hypothesis import settings

pytest_plugins = ["tests.redis_server", "tests.vendor_contract"]

settings.register_profile("resync", deadline=None)  # no test depends on how fast the machine is
settings.load_profile("resync")

# Files that mostly wait for processes: begun first, they wait while the others compute.
PATIENT = ("test_storm.py", "test_demo.py", "test_kill.py", "test_redis_topology.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The order in which workers take files."""
    items.sort(key=lambda item: item.path.name not in PATIENT)
