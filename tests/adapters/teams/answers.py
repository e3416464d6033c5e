"""One answer for each kind that the golden files show."""

from resync_bot.conversation.model import (
    Answer,
    Button,
    Buttons,
    Code,
    Context,
    Divider,
    Fields,
    Image,
    State,
    Table,
    Text,
)

WHY = Button("Why did PAYROLL_POST fail?", "ask", "why did PAYROLL_POST fail?", "primary")

ANSWERS: dict[str, Answer] = {
    "text": Answer.plain("**3 jobs** failed on `FTA_PAY1`, see [the run book](https://example.org/a_b)."),
    "text_with_headings_and_lists": Answer.plain("# Plan\n\n- first\n- *second*\n\n1. one\n2. two\n\n---\n\nend <b>"),
    "fields": Answer("Status", (Fields((("Status", "**ABEND** `PAY_*`"), ("Return code", "8"))),)),
    "table": Answer("2 jobs", (Text("2 jobs"), Table(("Job", "Status"), (("A_*_B", "ABEND"), ("B|C", "")), more=7))),
    "wide_table": Answer(
        "1 job",
        (
            Table(
                ("Job", "Stream", "Workstation", "Status", "Started", "Ended"),
                (("PAY", "/PAY/POST", "FTA_PAY1", "ABEND", "01:02", ""),),
            ),
        ),
    ),
    "code": Answer("log", (Code("AWSBHT001E <at>Ann</at>\n  rc=8\n\nend", language="log"),)),
    "image": Answer("graph", (Image("https://example.org/graph.png", "what PAY blocks"),)),
    "image_without_https": Answer("graph", (Image("http://example.org/graph.png", "what PAY blocks"),)),
    "buttons": Answer(
        "PAY failed.",
        (
            Text("PAY failed."),
            Buttons((WHY, Button("Rerun", "propose", "PAY", "danger"), Button("x" * 60, "ask", "log of PAY"))),
        ),
    ),
    "follow_ups_only": Answer("PAY failed.", (Text("PAY failed."), Buttons((WHY,)))),
    "context": Answer("x", (Text("Nothing failed."), Context("22 Nov 18:00 to 23 Nov 06:00 · *PROD*"))),
    "divider": Answer("x", (Fields((("A", "1"),)), Divider(), Fields((("B", "2"),)), Divider())),
    "everything": Answer(
        "**2 jobs** failed.",
        (
            Text("**2 jobs** failed."),
            Table(("Job", "RC"), (("PAYROLL_POST", "8"), ("PAYROLL_CALC", "12"))),
            Text("Both read the same file."),
            Code("cannot open /data/in.csv"),
            Context("as of 12:00"),
            Buttons((WHY,)),
        ),
        model="a model",
    ),
    "failed": Answer(
        "I could not reach the engine (ref 1a2b).",
        (Text("I could not reach the engine (ref 1a2b)."),),
        model="a model",
        state=State.FAILED,
    ),
    "many_rows": Answer("70 jobs", (Text("70 jobs"), Table(("Job",), tuple((f"JOB_{n}",) for n in range(70))))),
    "long_text": Answer.plain("\n\n".join(f"Paragraph {n} says something of {n} words." for n in range(120))),
}
