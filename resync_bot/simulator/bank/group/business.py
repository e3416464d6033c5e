"""What the companies of the group do: lines of business, the phases of their day, the countries that they are in."""

from dataclasses import dataclass

from resync_bot.simulator.specification import TaskKind


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of the production day: its streams begin from `opens` to `closes`, and do these steps in this order."""

    name: str
    opens: str
    closes: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Business:
    """A line of business: what it works on, and the phases that its day always has, may have, and has often."""

    code: str
    folder: str
    subjects: tuple[str, ...]
    phases: str


@dataclass(frozen=True, slots=True)
class Division:
    """A kind of company, with its businesses."""

    letter: str
    folder: str
    businesses: tuple[Business, ...]


@dataclass(frozen=True, slots=True)
class Company:
    """A division in a country: what has its own machines and closes its own books."""

    region: str
    country: str
    division: Division

    @property
    def code(self) -> str:
        """Three letters, in the names of all that belongs to it."""
        return f"{self.country}{self.division.letter}"

    @property
    def folder(self) -> str:
        """Where its streams are."""
        return f"/{self.region}/{self.country}/{self.division.folder}"


# Kind and usual minutes. Most jobs of a shop are short.
STEPS: dict[str, tuple[TaskKind, float]] = {
    "ACK": (TaskKind.SHELL, 0.5),
    "AGGREGATE": (TaskKind.SQL, 5),
    "ALLOCATE": (TaskKind.JAVA, 5),
    "ARCHIVE": (TaskKind.BACKUP, 6),
    "BACKUP": (TaskKind.BACKUP, 14),
    "BALANCE": (TaskKind.SQL, 3),
    "CALC": (TaskKind.JAVA, 7),
    "CHECK": (TaskKind.PYTHON, 1.5),
    "CLEAN": (TaskKind.SHELL, 1),
    "COLLECT": (TaskKind.TRANSFER, 3),
    "COMPRESS": (TaskKind.SHELL, 2),
    "CONVERT": (TaskKind.PYTHON, 2),
    "DECRYPT": (TaskKind.SHELL, 1),
    "DEDUP": (TaskKind.PYTHON, 2),
    "ENRICH": (TaskKind.JAVA, 4),
    "EXTRACT": (TaskKind.SQL, 4),
    "FORMAT": (TaskKind.PYTHON, 2),
    "INDEX": (TaskKind.SQL, 6),
    "LOAD": (TaskKind.SQL, 5),
    "MATCH": (TaskKind.JAVA, 4),
    "MERGE": (TaskKind.SQL, 3),
    "NETTING": (TaskKind.JAVA, 5),
    "POST": (TaskKind.SQL, 4),
    "PRICE": (TaskKind.JAVA, 8),
    "PRINT": (TaskKind.SHELL, 3),
    "PUBLISH": (TaskKind.TRANSFER, 1.5),
    "PURGE": (TaskKind.SHELL, 3),
    "RECEIVE": (TaskKind.TRANSFER, 2),
    "RECON": (TaskKind.SQL, 4),
    "REORG": (TaskKind.SQL, 9),
    "REPORT": (TaskKind.JAVA, 4),
    "SCORE": (TaskKind.PYTHON, 6),
    "SEND": (TaskKind.TRANSFER, 1.5),
    "SETTLE": (TaskKind.SQL, 4),
    "SORT": (TaskKind.SHELL, 1.5),
    "SPLIT": (TaskKind.SHELL, 1),
    "STAGE": (TaskKind.SQL, 3),
    "STATS": (TaskKind.SQL, 2),
    "SWEEP": (TaskKind.SQL, 2),
    "TRANSFORM": (TaskKind.JAVA, 5),
    "VALIDATE": (TaskKind.PYTHON, 2),
    "VERIFY": (TaskKind.SHELL, 1),
}

PHASES = {
    phase.name: phase
    for phase in (
        Phase("INTAKE", "18:10", "19:20", ("RECEIVE", "DECRYPT", "CHECK", "STAGE", "ACK")),
        Phase("VALID", "19:20", "20:20", ("EXTRACT", "VALIDATE", "DEDUP", "SPLIT", "STATS")),
        Phase("PROC", "20:20", "22:00", ("SORT", "ENRICH", "CALC", "TRANSFORM", "MERGE", "VERIFY")),
        Phase("PRICE", "21:00", "22:20", ("COLLECT", "PRICE", "SCORE", "AGGREGATE", "CHECK")),
        Phase("POST", "22:20", "23:59", ("EXTRACT", "MATCH", "POST", "BALANCE", "STATS")),
        Phase("SETTLE", "00:05", "01:20", ("NETTING", "ALLOCATE", "SETTLE", "SWEEP", "BALANCE")),
        Phase("RECON", "01:20", "02:40", ("EXTRACT", "MATCH", "RECON", "REPORT")),
        Phase("LOAD", "02:00", "03:30", ("EXTRACT", "TRANSFORM", "LOAD", "INDEX", "STATS")),
        Phase("REPORT", "03:00", "04:30", ("AGGREGATE", "REPORT", "FORMAT", "PRINT", "PUBLISH")),
        Phase("EXPORT", "03:40", "05:00", ("EXTRACT", "CONVERT", "COMPRESS", "SEND", "ACK")),
        Phase("ARCH", "05:00", "08:00", ("COLLECT", "COMPRESS", "ARCHIVE", "VERIFY")),
        Phase("HSKP", "06:00", "13:00", ("PURGE", "CLEAN", "REORG", "STATS")),
        Phase("BACKUP", "08:00", "15:00", ("BACKUP", "VERIFY")),
        Phase("INTRA", "18:30", "16:30", ("EXTRACT", "LOAD", "PUBLISH")),
    )
}


def _of(code: str, folder: str, subjects: str, phases: str) -> Business:
    return Business(code, folder, tuple(subjects.split()), phases)


_EVERYWHERE = (
    _of("GLX", "LEDGER", "GENERAL SUBLEDGER SUSPENSE ACCRUALS FEES", "INTAKE VALID PROC POST RECON REPORT ARCH"),
    _of("RSK", "RISK", "MARKET CREDIT LIQUID OPER STRESS LIMITS", "INTAKE PRICE PROC REPORT EXPORT"),
    _of("REG", "REGULATORY", "RESERVES LARGE_EXP LCR STATS_CB TAX", "VALID PROC REPORT EXPORT ARCH"),
    _of("AML", "COMPLIANCE", "WIRES CASH LISTS KYC ALERTS", "INTAKE PRICE RECON REPORT"),
    _of("DWH", "WAREHOUSE", "CLIENT ACCOUNT TRANS PRODUCT BALANCE EVENT", "LOAD REPORT HSKP INTRA"),
    _of("HRM", "PEOPLE", "STAFF TIME PENSION BENEFIT", "INTAKE PROC EXPORT"),
    _of("DOC", "DOCUMENTS", "LETTERS CONTRACTS SCANS", "INTAKE REPORT ARCH HSKP"),
    _of("OPS", "OPERATIONS", "LOGS SPOOL DB FILES QUEUES", "HSKP BACKUP INTRA"),
)

DIVISIONS = (
    Division(
        "R",
        "RETAIL",
        (
            _of("CRD", "CARDS", "VISA MASTER AMEX DEBIT ELO PREPAID", "INTAKE VALID PROC POST SETTLE EXPORT ARCH"),
            _of("LON", "LOANS", "CONSUMER AUTO SME STUDENT ARREARS", "VALID PROC POST RECON REPORT"),
            _of("MTG", "MORTGAGES", "FIXED VARIABLE ESCROW", "VALID PROC POST REPORT ARCH"),
            _of("DEP", "DEPOSITS", "SAVINGS CURRENT TERM DORMANT", "INTAKE PROC POST RECON EXPORT"),
            _of("PAY", "PAYMENTS", "CREDIT DEBIT INSTANT RETURNS BULK", "INTAKE VALID POST SETTLE RECON EXPORT INTRA"),
            _of("ATM", "CASH", "NOTES COINS VAULT ATMNET", "INTAKE PROC RECON INTRA"),
            _of("CRM", "MARKETING", "CHURN OFFERS CONSENT WEB", "VALID PRICE LOAD EXPORT"),
            _of("FRD", "FRAUD", "ONLINE POS ACCOUNT MODEL", "INTAKE PRICE REPORT INTRA"),
            *_EVERYWHERE,
        ),
    ),
    Division(
        "C",
        "CORPORATE",
        (
            _of("TRS", "TREASURY", "SPOT FORWARD SWAP REPO MM", "INTAKE PRICE POST SETTLE RECON REPORT"),
            _of("TRD", "TRADEFIN", "LETTERS GUARANTEE COLLECT", "VALID PROC POST REPORT"),
            _of("SWF", "SWIFT", "MT103 MT202 MT940 PACS CAMT", "INTAKE VALID SETTLE RECON ARCH INTRA"),
            _of("CSH", "CASHMGMT", "POOLING SWEEPS NOTICE", "VALID PROC SETTLE EXPORT"),
            _of("SYN", "SYNDICATED", "DRAWDOWN AGENCY FEES", "PROC POST REPORT"),
            _of("CLR", "CLEARING", "HIGHVAL LOWVAL FOREIGN CHECKS", "INTAKE VALID POST SETTLE RECON"),
            *_EVERYWHERE,
        ),
    ),
    Division(
        "I",
        "INSURANCE",
        (
            _of("POL", "POLICIES", "LIFE MOTOR HOME HEALTH TRAVEL", "INTAKE VALID PROC POST EXPORT ARCH"),
            _of("CLM", "CLAIMS", "MOTOR HOME HEALTH FRAUD", "INTAKE VALID PROC SETTLE REPORT"),
            _of("PRM", "PREMIUMS", "BILLING DUNNING REFUND", "PROC POST SETTLE EXPORT"),
            _of("ACT", "ACTUARIAL", "RESERVES MORTALITY LAPSE", "LOAD PRICE REPORT"),
            _of("REI", "REINSURANCE", "TREATY FACULT BORDEREAU", "VALID PROC POST EXPORT"),
            *_EVERYWHERE,
        ),
    ),
    Division(
        "A",
        "ASSETS",
        (
            _of("FND", "FUNDS", "EQUITY BOND MIXED PENSION INDEX", "INTAKE PRICE POST REPORT EXPORT"),
            _of("NAV", "VALUATION", "DAILY ESTIMATE FINAL", "INTAKE PRICE PROC EXPORT"),
            _of("ORD", "ORDERS", "SUBSCR REDEEM SWITCH", "INTAKE VALID PROC SETTLE INTRA"),
            _of("CUS", "CUSTODY", "HOLDING CORPACT INCOME PROXY", "INTAKE VALID POST SETTLE RECON REPORT"),
            _of("SEC", "SECURITIES", "STATIC PRICES LENDING COLLAT", "INTAKE PROC POST EXPORT"),
            *_EVERYWHERE,
        ),
    ),
)

REGIONS = {
    "LATAM": "BR AR CL MX CO PE UY PY EC BO CR PA GT DO",
    "EMEA": (
        "IT ES PT DE FR GB IE NL BE LU AT CH PL CZ SK HU RO BG HR SI RS GR CY MT SE NO DK FI EE LV LT TR AE SA EG MA"
    ),
    "NORAM": "US CA",
    "APAC": "JP KR CN HK TW SG MY TH VN PH ID IN LK AU NZ",
}
