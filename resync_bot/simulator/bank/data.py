"""The warehouse, risk and the regulators: what is calculated from the day's business."""

from dataclasses import replace

from resync_bot.simulator.bank.pipeline import Area
from resync_bot.simulator.specification import Cause, Follows, Need, Script, StreamSpec, TaskKind

_WELL = Script()

_ETL = Area(
    folder="/ETL",
    prefix="ETL",
    workstation="POOL_ETL",
    login="etl",
    needs={"LOAD": Need("DWHLOAD", 2)},
)
_MARTS = Area(
    folder="/ETL/MARTS",
    prefix="MART",
    workstation="AGT_ETL01",
    login="etl",
    needs={"LOAD": Need("DWHLOAD", 2)},
)
_RISK = Area(folder="/RISK", prefix="RISK", workstation="AGT_RISK01", login="risk", needs={"PRICE": Need("GRIDLIC", 1)})
_REGULATORY = Area(folder="/REGULATORY", prefix="REG", workstation="AGT_RISK01", login="regrep", priority=25)


def _intraday(at: str, *, fails: bool = False) -> StreamSpec:
    """The same stream several times a day. One of its jobs fails in the instance that starts with the demo."""
    return _ETL.stream(
        "ETL_INTRADAY",
        at,
        "BALANCES PAYMENTS",
        "EXTRACT LOAD",
        closing="PUBLISH",
        priority=60,
        amend={
            "ETL_EXTRACT_BALANCES": {"minutes": 3.0, "script": _WELL},
            "ETL_LOAD_BALANCES": {
                "minutes": 6.0,
                "needs": (),
                "script": Script((Cause.CONSTRAINT,), 35) if fails else _WELL,
            },
            "ETL_EXTRACT_PAYMENTS": {"minutes": 3.0},
            "ETL_LOAD_PAYMENTS": {"minutes": 5.0, "needs": ()},
        },
    )


STREAMS = (
    _ETL.stream("ETL_ACCOUNTS", "19:00", "RETAIL CORPORATE HOLDS", "EXTRACT TRANSFORM LOAD", closing="RECON INDEX"),
    _ETL.stream(
        "ETL_CUSTOMERS",
        "20:00",
        "PERSONS COMPANIES ADDRESSES",
        "EXTRACT CHECK LOAD",
        closing="RECON",
        amend={
            "ETL_EXTRACT_ADDRESSES": {"script": _WELL},
            "ETL_CHECK_ADDRESSES": {"script": Script((Cause.PLANTED_INSTRUCTION,))},
        },
    ),
    _ETL.stream("ETL_TRADES", "21:00", "EQUITY BONDS FX", "EXTRACT TRANSFORM LOAD", closing="RECON NOTIFY_OPS"),
    _ETL.stream("ETL_CARDS", "23:30", "VISA MASTER", "EXTRACT TRANSFORM LOAD", closing="RECON CHECK_SPACE"),
    _ETL.stream("ETL_PAYMENTS", "00:15", "SEPA SWIFT INSTANT", "EXTRACT CHECK LOAD", closing="RECON INDEX"),
    _ETL.stream(
        "ETL_DWH",
        "02:30",
        "CUSTOMER ACCOUNT TRANSACTION",
        "TRANSFORM LOAD INDEX",
        closing="RECON HOUSEKEEPING",
        follows=(Follows("ETL_ACCOUNTS.ETL_LOAD_RETAIL"),),
        amend={"ETL_LOAD_TRANSACTION": {"max_minutes": 15.0}},
    ),
    _MARTS.stream(
        "ETL_MARTS",
        "04:00",
        "SALES FINANCE RISK",
        "TRANSFORM LOAD INDEX",
        closing="PUBLISH NOTIFY_OPS",
        follows=(Follows("ETL_DWH.ETL_LOAD_ACCOUNT"),),
        amend={"MART_LOAD_FINANCE": {"critical": True, "deadline": "06:45"}},
    ),
    *(_intraday(at) for at in ("18:15", "20:15", "22:15", "00:15")),
    _intraday("02:00", fails=True),
    *(_intraday(at) for at in ("06:00", "09:00", "12:00", "14:00", "16:00")),
    _RISK.stream("RISK_POSITIONS", "20:30", "EQUITY RATES CREDIT", "EXTRACT CHECK LOAD", closing="RECON", limit=3),
    _RISK.stream("RISK_MARKET", "22:00", "EQUITY RATES FX", "RECEIVE PRICE LOAD", closing="REPORT"),
    _RISK.stream("RISK_CREDIT", "23:00", "RETAIL CORPORATE", "EXTRACT SCORE CALC", closing="REPORT HOUSEKEEPING"),
    _RISK.stream(
        "RISK_VAR",
        "01:00",
        "TRADING BANKING",
        "EXTRACT PRICE CALC",
        closing="RECON",
        amend={
            # runs far longer than usual tonight: what waits for it will miss its deadline
            "RISK_CALC_TRADING": {"minutes": 75.0, "max_minutes": 110.0, "script": Script(stretch=4.2)},
            "RISK_EXTRACT_TRADING": {"minutes": 6.0, "script": _WELL},
            "RISK_PRICE_TRADING": {"minutes": 10.0, "script": _WELL},
        },
    ),
    _RISK.stream("RISK_LIQUIDITY", "02:30", "LCR NSFR", "EXTRACT CALC CHECK", closing="REPORT"),
    _RISK.stream(
        "RISK_REPORT",
        "04:00",
        "BOARD DESK",
        "FORMAT PUBLISH",
        closing="ARCHIVE",
        follows=(Follows("RISK_VAR.RISK_CALC_TRADING"),),
        amend={"RISK_PUBLISH_BOARD": {"critical": True, "deadline": "06:30", "priority": 40}},
    ),
    _RISK.stream(
        "RISK_GRID",
        "18:10",
        "CURVES SURFACES",
        "RECEIVE LOAD",
        amend={
            name: {"script": _WELL}
            for name in ("RISK_RECEIVE_CURVES", "RISK_LOAD_CURVES", "RISK_RECEIVE_SURFACES", "RISK_LOAD_SURFACES")
        },
        extra=(
            replace(
                _RISK.job("RISK_GRID_SERVER", TaskKind.JAVA, 1080),
                description="Holds the stress licence until it is stopped in the morning",
                needs=(Need("STRESSLC", 2),),
                script=Script(stretch=1.0),
                priority=60,
            ),
            replace(
                _RISK.job("RISK_STRESS_TEST", TaskKind.JAVA, 40),
                needs=(Need("STRESSLC", 1),),
                at="18:30",
            ),
            replace(
                _RISK.job("RISK_GPU_PRICING", TaskKind.PYTHON, 30),
                workstation="DPOOL_RISK",
                description="Asks the broker for an agent with a GPU",
                waits_for_broker=True,
            ),
        ),
    ),
    _REGULATORY.stream(
        "REG_DAILY",
        "19:45",
        "LARGE_EXPOSURE FX_POSITION",
        "EXTRACT CHECK",
        closing="REPORT",
        extra=(
            replace(
                _REGULATORY.job("REG_ANSWER_QUERY", TaskKind.PYTHON, 5),
                description="Needs the answer of compliance to the regulator's query",
                needs_input=True,
            ),
        ),
    ),
    _REGULATORY.stream("REG_AML", "01:15", "WIRES CASH LISTS", "EXTRACT MATCH SCORE", closing="REPORT NOTIFY_OPS"),
    _REGULATORY.stream(
        "REG_CENTRAL",
        "03:45",
        "BALANCE RESERVES",
        "EXTRACT VALIDATE FORMAT SEND",
        closing="ARCHIVE",
        follows=(Follows("LEDGER_CLOSE.LEDGER_CLOSE_CLOSE"),),
        amend={"REG_SEND_BALANCE": {"critical": True, "deadline": "07:00", "priority": 40}},
    ),
    _REGULATORY.stream(
        "REG_TAX",
        "05:30",
        "INCOME IOF",
        "EXTRACT CALC SEND",
        closing="REPORT",
        follows=(Follows("PAYROLL.PAYROLL_CLOSE"),),
    ),
    _REGULATORY.stream("REG_MIFID", "06:15", "TRADES QUOTES", "EXTRACT FORMAT SEND", closing="ARCHIVE"),
)
