"""Cards, loans, deposits, branches, campaigns: what the bank does for its clients."""

from dataclasses import replace

from resync_bot.simulator.bank.pipeline import Area
from resync_bot.simulator.specification import (
    Cause,
    Follows,
    Need,
    PromptKind,
    PromptSpec,
    Recovery,
    RecoveryOption,
    Script,
    TaskKind,
)

_WELL = Script()

_CARDS = Area(
    folder="/CARDS",
    prefix="CARDS",
    workstation="FTA_CARDS01",
    login="cards",
    priority=20,
    needs={"LOAD": Need("ORACARDS", 1), "POST": Need("ORACARDS", 2)},
)
_LOANS = Area(folder="/LENDING/LOANS", prefix="LOANS", workstation="MDM_PROD", login="lending")
_MORTGAGES = Area(folder="/LENDING/MORTGAGES", prefix="MTG", workstation="MDM_PROD", login="lending")
_DEPOSITS = Area(folder="/DEPOSITS", prefix="DEP", workstation="FTA_PAY01", login="deposits")
# Above the fence (30) of the branch server, unlike what it has to leave alone.
_BRANCH = Area(folder="/BRANCH", prefix="BRANCH", workstation="AGT_BRANCH01", login="BANK\\branchsvc", priority=50)
_CRM = Area(folder="/CRM", prefix="CRM", workstation="POOL_ETL", login="crm", priority=5)

STREAMS = (
    _CARDS.stream("CARDS_AUTH", "18:30", "VISA MASTER DEBIT", "EXTRACT SORT LOAD", closing="RECON CHECK_SPACE"),
    _CARDS.stream(
        "CARDS_CLEARING",
        "20:00",
        "VISA MASTER AMEX",
        "RECEIVE VALIDATE POST",
        closing="RECON NOTIFY_OPS",
        amend={
            "CARDS_RECEIVE_AMEX": {"file": "/data/in/amex/clearing.dat"},
            "CARDS_RECEIVE_VISA": {"file": "/data/in/visa/clearing.dat", "file_arrives": "20:25", "script": _WELL},
            "CARDS_VALIDATE_VISA": {"script": _WELL},
            "CARDS_POST_VISA": {"script": _WELL},
        },
    ),
    _CARDS.stream(
        "CARDS_SETTLE",
        "23:00",
        "VISA MASTER",
        "MATCH POST SEND",
        closing="RECON REPORT",
        follows=(Follows("CARDS_CLEARING.CARDS_POST_VISA"),),
        amend={"CARDS_SEND_VISA": {"critical": True, "deadline": "05:00", "priority": 40}},
    ),
    _CARDS.stream(
        "CARDS_EXPORT",
        "21:15",
        "BUREAU PROCESSOR",
        "EXTRACT FORMAT",
        extra=(
            replace(
                _CARDS.job("CARDS_PAN_EXPORT", TaskKind.TRANSFER, 6),
                description="Sends the card file to the processor",
                follows=(Follows("CARDS_FORMAT_PROCESSOR"),),
                script=Script((Cause.LEAKED_SECRETS,)),
            ),
            replace(
                _CARDS.job("CARDS_EXPORT_CONFIRM", TaskKind.SHELL, 2),
                follows=(Follows("CARDS_PAN_EXPORT"),),
            ),
        ),
        amend={"CARDS_EXTRACT_PROCESSOR": {"script": _WELL}, "CARDS_FORMAT_PROCESSOR": {"script": _WELL}},
    ),
    _CARDS.stream("CARDS_STATEMENT", "01:00", "GOLD CLASSIC BUSINESS", "EXTRACT FORMAT PRINT", closing="ARCHIVE"),
    _CARDS.stream("CARDS_FRAUD", "02:20", "ONLINE ATM POS", "EXTRACT SCORE LOAD", closing="REPORT NOTIFY_OPS"),
    _CARDS.stream(
        "CARDS_LIMITS",
        "03:30",
        "CREDIT CASH",
        "EXTRACT CALC LOAD",
        closing="RECON",
        follows=(Follows("CARDS_FRAUD.@"),),
    ),
    _CARDS.stream("CARDS_LOYALTY", "04:30", "POINTS MILES", "EXTRACT CALC POST", closing="REPORT HOUSEKEEPING"),
    _CARDS.stream("CARDS_EMBOSS", "10:00", "NEW RENEWED", "EXTRACT FORMAT SEND", closing="NOTIFY_OPS"),
    _LOANS.stream("LOANS_ACCRUAL", "00:20", "CONSUMER AUTO SME", "EXTRACT CALC POST", closing="RECON REPORT"),
    _LOANS.stream(
        "LOANS_ARREARS",
        "02:45",
        "CONSUMER SME",
        "EXTRACT SCORE SEND",
        closing="REPORT HOUSEKEEPING",
        amend={
            "LOANS_SEND_SME": {
                "prompt": PromptSpec("LETTERS", "Has legal released the arrears letters?", PromptKind.AD_HOC, "09:15")
            }
        },
    ),
    _LOANS.stream("LOANS_BILLING", "05:00", "MONTHLY EARLY", "EXTRACT CALC PRINT SEND", closing="RECON"),
    _MORTGAGES.stream(
        "MTG_ACCRUAL",
        "01:10",
        "FIXED VARIABLE",
        "EXTRACT CALC POST",
        closing="RECON",
        follows=(Follows("LOANS_ACCRUAL.LOANS_EXTRACT_CONSUMER"),),
        amend={
            "MTG_CALC_VARIABLE": {"recovery": Recovery(RecoveryOption.RERUN, reruns=2, minutes=5)},
        },
    ),
    _DEPOSITS.stream("DEP_INTEREST", "00:45", "SAVINGS TERM CURRENT", "EXTRACT CALC POST", closing="RECON"),
    _DEPOSITS.stream(
        "DEP_STATEMENTS",
        "04:15",
        "SAVINGS CURRENT",
        "EXTRACT FORMAT PRINT",
        closing="ARCHIVE HOUSEKEEPING",
        follows=(Follows("DEP_INTEREST.@"),),
        amend={"DEP_EXTRACT_SAVINGS": {"recovery": Recovery(RecoveryOption.CONTINUE)}},
    ),
    _BRANCH.stream("BRANCH_NORTH", "18:40", "ATM TELLER VAULT", "COLLECT VALIDATE LOAD", closing="RECON"),
    _BRANCH.stream("BRANCH_SOUTH", "18:50", "ATM TELLER VAULT", "COLLECT VALIDATE LOAD", closing="RECON"),
    _BRANCH.stream("BRANCH_EAST", "19:00", "ATM TELLER VAULT", "COLLECT VALIDATE LOAD", closing="RECON"),
    _BRANCH.stream(
        "BRANCH_WEST",
        "19:10",
        "ATM TELLER VAULT",
        "COLLECT VALIDATE LOAD",
        closing="RECON",
        extra=(
            replace(
                _BRANCH.job("BRANCH_CLEAN_TEMP", TaskKind.SHELL, 3),
                description="Clean-up that waits for the end of the branch migration",
                priority=10,
            ),
        ),
    ),
    _BRANCH.stream(
        "BRANCH_CONSOL",
        "21:30",
        "CASH DEPOSITS",
        "MATCH POST",
        closing="RECON REPORT",
        prompt=PromptSpec("BRCLOSED", "Have all branches reported their closing?", answered_at="21:50"),
    ),
    _BRANCH.stream(
        "BRANCH_OPEN",
        "06:30",
        "LIMITS RATES CASH",
        "EXTRACT SEND VERIFY",
        closing="NOTIFY_OPS",
        amend={"BRANCH_SEND_LIMITS": {"critical": True, "deadline": "07:30"}},
    ),
    _CRM.stream(
        "CRM_CAMPAIGN",
        "19:20",
        "CARDS LOANS",
        "EXTRACT SCORE",
        extra=(
            replace(
                _CRM.job("CRM_CAMPAIGN_MAIL", TaskKind.TRANSFER, 20),
                description="On hold: marketing has not approved the text",
                priority=0,
            ),
            replace(
                _CRM.job("CRM_MAIL_DUPLICATES", TaskKind.PYTHON, 5),
                follows=(Follows("CRM_CAMPAIGN_MAIL"),),
                canceled_at="21:05",
            ),
        ),
    ),
    _CRM.stream("CRM_SCORING", "08:00", "CHURN OFFERS", "EXTRACT SCORE PUBLISH", closing="HOUSEKEEPING"),
)
