"""A simulated HWA engine: the living plan of a bank's night behind the REST APIs V2 and V1.

    async with running_simulator(SimulatorSettings(seed=7, speed=0, port=0)) as server:
        ...  # server.url answers as a real engine does; server.simulator.plan is the truth

The `Date` header of every answer carries the virtual time of the engine, from which clients take its clock. Nothing is
exported here: the demo's bot needs the settings only, and not the server with all that it imports.
"""
