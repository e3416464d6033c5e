"""A group of companies around the bank, for plans of a hundred thousand jobs and more: no two companies are alike."""

from collections.abc import Iterator

from resync_bot.simulator.bank.group.business import DIVISIONS, REGIONS, Company
from resync_bot.simulator.bank.group.closing import closings
from resync_bot.simulator.bank.group.companies import CompanyDay
from resync_bot.simulator.bank.group.machines import closing_workstations, company_resources, company_workstations
from resync_bot.simulator.bank.group.shapes import LARGEST, SMALLEST
from resync_bot.simulator.draws import shuffled
from resync_bot.simulator.specification import Blueprint, ResourceSpec, StreamSpec, WorkstationSpec

# Kept back for the closings of company, regions and group.
_RESERVE = 240


def group(jobs: int) -> Blueprint:
    """Companies that together run exactly so many jobs in a day."""
    workstations: list[WorkstationSpec] = list(closing_workstations())
    resources: list[ResourceSpec] = []
    streams: list[StreamSpec] = []
    closed: dict[Company, StreamSpec] = {}
    left = jobs - _RESERVE
    days: list[CompanyDay] = []
    for company in companies():
        machines = company_workstations(company)
        shared = company_resources(company, machines[0].name)
        workstations += machines
        resources += shared
        day = CompanyDay(company, tuple(machine.name for machine in machines), shared)
        days.append(day)
        before = len(streams)
        for business in company.division.businesses:
            woven = day.business(business, left)
            if not woven:
                left = 0
                break
            left -= sum(len(stream.jobs) for stream in woven)
            streams += woven
        if len(streams) > before:
            closed[company] = day.closing()
            left -= len(closed[company].jobs)
        if left <= 0:
            break
    streams += closed.values()
    streams += closings(closed)
    left = jobs - sum(len(stream.jobs) for stream in streams)
    for number, size in enumerate(_portions(left)):
        streams.append(days[number % len(days)].upkeep(number // len(days), size))
    return Blueprint(workstations=tuple(workstations), resources=tuple(resources), streams=tuple(streams))


def companies() -> list[Company]:
    """All companies of the group, in the order in which larger plans have them."""
    every = [
        Company(region, country, division)
        for region, countries in REGIONS.items()
        for country in countries.split()
        for division in DIVISIONS
    ]
    return shuffled(every, "companies")


def _portions(jobs: int) -> Iterator[int]:
    """Sizes of streams that have so many jobs together."""
    while jobs > LARGEST + SMALLEST:
        yield LARGEST
        jobs -= LARGEST
    if jobs > LARGEST:
        yield jobs - SMALLEST
        jobs = SMALLEST
    if jobs > 0:
        yield jobs
