"""What every test may use."""

from hypothesis import settings

pytest_plugins = ["tests.redis_server"]

settings.register_profile("resync", deadline=None)  # no test depends on how fast the machine is
settings.load_profile("resync")
