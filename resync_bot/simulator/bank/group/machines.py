"""Where the companies of the group run their jobs, and what they share there."""

from resync_bot.simulator.bank.group.business import REGIONS, Company
from resync_bot.simulator.draws import Lots
from resync_bot.simulator.specification import ResourceSpec, WorkstationSpec

GROUP = "GROUP"

_OF_COMPANY = (("FTA", "FTA", "AIX"), ("FTA", "FTA", "LINUX"), ("AGT", "AGENT", "LINUX"), ("AGT", "AGENT", "WINDOWS"))


def company_workstations(company: Company) -> tuple[WorkstationSpec, ...]:
    """Its machines; the last is a pool of its agents."""
    lots = Lots("machines of", company.code)
    machines = tuple(
        _machine(company, lots, f"{prefix}_{company.code}{number:02}", kind, system)
        for number, (prefix, kind, system) in enumerate(_OF_COMPANY, 1)
    )
    pool = WorkstationSpec(
        name=f"POOL_{company.code}",
        kind="POOL",
        os="OTHER",
        node="",
        description=f"Any agent of {company.folder}",
        folder=f"/{company.region}",
        limit=60,
        members=tuple(machine.name for machine in machines if machine.kind == "AGENT" and not machine.ignored),
    )
    return (*machines, pool) if pool.members else machines


def _machine(company: Company, lots: Lots, name: str, kind: str, system: str) -> WorkstationSpec:
    lot = lots.fraction()
    return WorkstationSpec(
        name=name,
        kind=kind,
        os=system,
        node=f"{name.lower().replace('_', '-')}.{company.country.lower()}.bank.example",
        description=f"{company.division.folder.capitalize()} batch, {company.country}",
        folder=f"/{company.region}",
        limit=0 if lot < 0.01 else lots.choice((16, 20, 24, 32, 40)),
        fence=20 if 0.01 <= lot < 0.02 else 0,
        linked=not 0.02 <= lot < 0.035,
        ignored=0.035 <= lot < 0.04,
        version=lots.choice(("10.2.5.00", "10.2.5.00", "10.2.3.02", "10.1.0.05", "9.5.0.07")),
    )


def company_resources(company: Company, workstation: str) -> tuple[ResourceSpec, ...]:
    """What its jobs share, by kind: sessions on its database, its message gateway, its licences."""
    lots = Lots("resources of", company.code)
    return (
        ResourceSpec(
            name=f"ORA{company.code}",
            workstation=workstation,
            units=lots.integer(14, 24),
            description=f"Sessions on the database of {company.folder}",
            folder=f"/{company.region}",
        ),
        ResourceSpec(
            name=f"MQ{company.code}",
            workstation=workstation,
            units=lots.integer(4, 8),
            description=f"Channels of the message gateway of {company.folder}",
            folder=f"/{company.region}",
        ),
        ResourceSpec(
            name=f"LIC{company.code}",
            workstation=workstation,
            units=lots.integer(5, 9),
            description=f"Calculation licences of {company.folder}",
            folder=f"/{company.region}",
        ),
    )


def closing_workstations() -> tuple[WorkstationSpec, ...]:
    """A machine for what each region closes together, and one for the whole group."""
    return tuple(
        WorkstationSpec(
            name=f"FTA_{name}",
            kind="FTA",
            os="LINUX",
            node=f"close-{name.lower()}.bank.example",
            description=f"Closing of {name}",
            folder=f"/{name}",
            limit=40,
        )
        for name in (*REGIONS, GROUP)
    )
