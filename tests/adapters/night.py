"""What the small bot says on the page: one answer with every kind of block, one streamed, one hostile."""

import asyncio

from resync_bot.conversation.model import (
    Answer,
    Button,
    Buttons,
    Code,
    Context,
    Divider,
    Evidence,
    Fields,
    Image,
    Table,
    Text,
)
from resync_bot.conversation.ports import ReplyStream

LOG = """===============================================================
= JOB       : FTA_PAY#PAYROLL_DAILY[(2000 11/23/26),(0AAAAAAAAAAAABQM)].PAYROLL_POST
= TASK      : /opt/payroll/bin/post.sh --period 2026-11
===============================================================
2026-11-23 21:40:12 posting 41 882 entries
2026-11-23 21:44:31 ORA-01653: unable to extend table PAYROLL.POSTINGS by 8192 in tablespace PAY_DATA
===============================================================
= Exit Status           : 12
= Elapsed Time (hh:mm:ss) : 00:04:27
==============================================================="""

FAILED = Answer(
    text="8 jobs failed tonight. `PAYROLL_POST` holds 23 others.",
    blocks=(
        Text("**8 jobs failed** since the production day began. `PAYROLL_POST` matters most: it holds 23 jobs."),
        Table(
            ("Job", "Stream", "Workstation", "Status", "Return code", "Ended"),
            (
                ("PAYROLL_POST", "PAYROLL_DAILY", "FTA_PAY", "ABEND", "12", "21:44"),
                ("LOAD_RATES", "MARKET_DATA", "FTA_MKT", "ABEND", "8", "21:31"),
                ("ACH_SPLIT", "CLEARING", "FTA_CLR", "FAIL", "127", "21:12"),
                ("GL_EXTRACT", "LEDGER_CLOSE", "FTA_GL", "ABEND", "1", "20:58"),
            ),
            more=4,
        ),
        Fields(
            (
                ("First cause", "`PAYROLL_POST`, return code **12**"),
                ("Blocks", "23 jobs in 4 streams"),
                ("Critical", "`PAY_RUN_EU`, due 23:30"),
            )
        ),
        Buttons(
            (
                Button("Show its log", "ask", "show the log of PAYROLL_POST", "primary"),
                Button("What does it block?", "ask", "what does PAYROLL_POST block?"),
                Button("Not helpful", "feedback", "down", "danger"),
            )
        ),
        Context("Production day 23 Nov 2026, 00:00 to now (21:52, America/Sao_Paulo)"),
    ),
    evidence=(
        Evidence(
            "find_jobs",
            {"status": ["ERROR"], "folder": None, "since": "2026-11-23T03:00:00Z"},
            {"total": 8, "jobs": [{"name": "PAYROLL_POST", "return_code": 12}]},
        ),
        Evidence("blocked_by", {"job": "PAYROLL_POST"}, {"jobs": 23, "streams": 4}),
    ),
    model="built-in interpreter",
)

WHOLE_LOG = Answer(
    text="The log of PAYROLL_POST",
    blocks=(
        Text("`PAYROLL_POST` ended at **21:44** with return code **12**: the tablespace `PAY_DATA` is full."),
        Code(LOG, "job log"),
        Divider(),
        Image("https://charts.example.org/pay.png", "Run times of PAYROLL_POST"),
        Context("Last 10 of 2 318 lines."),
    ),
    evidence=(Evidence("job_log", {"job": "PAYROLL_POST", "lines": 10}, {"lines": LOG.splitlines()}),),
    model="built-in interpreter",
)

STREAMED = """## What to do about `PAYROLL_POST`

The tablespace **PAY_DATA** is full, so the posting stopped after 41 882 entries. Nothing was posted twice.

1. Ask the database team for space
   - at least *8 GB*
   - see [the runbook](https://wiki.example.org/pay)
2. Then rerun from step `POST_2`

| Stream | Jobs | Due |
|---|---:|---|
| PAYROLL_DAILY | 23 | 23:30 |
| PAY_REPORTS | 4 | 02:00 |

> The database team is on call until 06:00."""

HOSTILE = "<img src=x onerror=\"window.ran='image'\"><script>window.ran='script'</script>"
HOSTILE_MARKDOWN = f"""{HOSTILE} **{HOSTILE}** `{HOSTILE}`

[click me](javascript:window.ran='link') [or me](data:text/html,<script>window.ran='data'</script>)
<a href="javascript:window.ran='anchor'">raw</a> ![picture](javascript:window.ran='picture')

| {HOSTILE} | b |
|---|---|
| {HOSTILE} | [x](JaVaScRiPt:window.ran='cell') |

```html"><img src=x onerror="window.ran='language'">
{HOSTILE}
```"""

HOSTILE_ANSWER = Answer(
    text=HOSTILE,
    blocks=(
        Text(HOSTILE_MARKDOWN),
        Table((HOSTILE, "Status"), ((HOSTILE, HOSTILE),)),
        Fields(((HOSTILE, HOSTILE_MARKDOWN),)),
        Code(HOSTILE, HOSTILE),
        Image("javascript:window.ran='image url'", HOSTILE),
        Image('x"onerror="window.ran=1', HOSTILE),
        Buttons((Button(HOSTILE, "ask", HOSTILE),)),
        Context(HOSTILE_MARKDOWN),
    ),
    evidence=(Evidence(HOSTILE, {HOSTILE: HOSTILE}, {HOSTILE: [HOSTILE]}),),
    model=HOSTILE,
)


class Night:
    """A script. While `hold` is set, streamed answers stop in the middle until `go_on` is set."""

    def __init__(self) -> None:
        self.hold = False
        self.go_on = asyncio.Event()

    async def __call__(self, questions: tuple[str, ...], reply: ReplyStream) -> Answer:
        """Answers the last question."""
        question = questions[-1].lower()
        if "log" in question:
            return WHOLE_LOG
        if "failed" in question or "falhou" in question:
            await reply.status("finding jobs in error")
            return FAILED
        if "hostile" in question:
            await reply.status(HOSTILE)
            await reply.show(HOSTILE_MARKDOWN)
            return HOSTILE_ANSWER
        if "do about" in question:
            await reply.status("reading the job log of PAYROLL_POST")
            for end in range(0, len(STREAMED), 40):
                await reply.show(STREAMED[: end + 40])
                if self.hold and end > len(STREAMED) / 2:
                    await self.go_on.wait()
            return Answer(STREAMED, (Text(STREAMED),), FAILED.evidence, "gpt-4o")
        return Answer.plain("You said: " + " / ".join(questions))
