"""English words and phrases of operators, by what they mean. `|` separates them; longer phrases win."""

from typing import Final

from resync_bot.agent.interpreter.concepts import Concept

WORDS: Final[dict[Concept, str]] = {
    Concept.WHY: """
        what killed | what broke |
        who do i call about | who do i call for | who should i call about | who to call about |
        who can help with | what is behind | what lies behind | what is causing | y did | y is | y does | y are |
        who do i call | who should i call | who do we call | whom do i call | who can release | who releases |
        who can answer | who answers | who approves | who can approve |
        who do i talk to | who do i contact | who should i contact | who to contact | who to call |
        who owns the problem |
        anything wrong with | something wrong with | any problem with | any problems with | problem with |
        problems with | issue with | issues with | why | how come | reason | reasons | the reason | root cause |
        cause | explain | what caused | what made | what is wrong with | what is the problem with |
        what is the matter with | what happened to | what happened with | what went wrong with | what is up with |
        waiting for what | what error | what is the error | which error | what was the error | what is missing for
    """,
    Concept.HAPPENED: """
        anything red | what is red | what happened | what has happened | what went wrong | what is wrong |
        anything wrong | any problem | any problems | any issue | any issues | problems | issues | what is broken
    """,
    Concept.HOW_MANY: "how many | count | number of | total number of | total of",
    Concept.HOW_IS: """
        how is | how are | how goes | how does | how did | how do things look | how is it going | overview |
        summary | summarize | summarise | what is going on | what is up | health | everything ok | everything fine |
        all good | handover | hand over | shift handover | shift summary | shift report | status report | sitrep |
        state of play | heads up
    """,
    Concept.STATUS_WORD: """
        status | state | states | statuses | condition | return code | rc | exit code | progress | how far
    """,
    Concept.RETURN_CODE: "return code | rc | exit code | return codes",
    Concept.PRIORITY: "priority | prio | priorities",
    Concept.DEFINITION: """
        script | command | scriptname | command line | login | logon | owner | owns | which user | what user |
        recovery option | recovery | definition
    """,
    Concept.FIND: "find | look up | search | search for | look for | where is",
    Concept.SHOW: """
        tell me if | tell me whether | check if | check whether | see if | see whether | know if | know whether |
        find out if | find out whether | wonder if | wondering if | let me know if | make sure if | confirm if |
        confirm whether | verify if | verify whether | show | list | display | give | get | tell | see | view |
        fetch | print | check | look at | look
    """,
    Concept.WHAT: "what | which | who | anything | any | something | wich | wat | wut | where",
    Concept.JOB: "job | task",
    Concept.JOBS: "jobs | tasks",
    Concept.STREAM: "stream | job stream | jobstream | schedule | sched | chain",
    Concept.STREAMS: "streams | job streams | jobstreams | schedules | scheds | chains",
    Concept.WORKSTATION: "workstation | cpu | agent | fta | ws | server | machine",
    Concept.WORKSTATIONS: "workstations | cpus | agents | ftas | servers | machines",
    Concept.FOLDER: "folder | folders | directory",
    Concept.PROMPT: "prompt | prompts",
    Concept.RESOURCE: "units | free units | units free | resource | resources | free | available",
    Concept.PLAN: """
        plan | production | batch | night run | processing | production plan | everything | things | it all
    """,
    Concept.LOG: "log | logs | joblog | job log | job logs | stdlist | output | stdout",
    Concept.LINES: "line | lines | error lines | error line",
    Concept.FAILED: """
        failed | fail | fails | fial | faild | failing | failure | failures | abended | abend | abends | abending |
        ended abnormally | error | in error | errored | crashed | crash | broke | broken | died | ended in error |
        with errors | blew up | break | breaks | what error | what is the error | which error | what was the error
    """,
    Concept.ERRORS: "errors | error lines | error line | error messages | failures | abends | crashes",
    Concept.RUNNING: "running | executing | in execution | active | in progress | in exec",
    Concept.WAITING: "waiting | pending | queued | wait | waits | in the queue | waiting for what",
    Concept.HELD: "held | on hold | in hold",
    Concept.READY: "ready",
    Concept.SUCCESSFUL: """
        successful | succeeded | success | succeed | successfully | completed ok | completed successfully
    """,
    Concept.ENDED: "finished | ended | completed | complete | done | finish | end | ends | over",
    Concept.CANCELED: "cancelled | canceled",
    Concept.STUCK: "stuck | stalled | wedged | hung | hanging | jammed | not moving",
    Concept.BLOCKED: "blocked",
    Concept.STOPPED: "stopped | idle | halted",
    Concept.LATE: "late or not | late | delayed | delay | delays | overdue | behind schedule | running late | behind",
    Concept.START: """
        start | starts | started | starting | begin | begun | launch | launched | launching | run | runs | ran |
        kick off | what is missing for
    """,
    Concept.BLOCK: """
        block | blocks | blocking | hold up | holds up | holding up | held up | hold back | holds back |
        holding back | holding | holds | delaying | impacts | impacting | affect | affects | affecting | stops |
        stopping
    """,
    Concept.IMPACT: """
        threaten | threatens | endanger | endangers | put at risk | puts at risk | jeopardize | jeopardizes |
        who gets hit | what gets hit | what gets delayed | who is impacted | what is impacted |
        what else is affected | what is affected | who is affected | what else breaks | what else fails | impact |
        impacts of | impact of | downstream | successor | successors | dependents | dependants | affected by |
        follows | comes after | impacted by | what happens if | what happens when | what if | what breaks if |
        what is affected if | what will happen if
    """,
    Concept.DEPEND: "depend on | depends on | depend | depends | depending on | dependent on",
    Concept.PREDECESSORS: "predecessor | predecessors | upstream | dependencies | dependency | prerequisites",
    Concept.FILE: "file | files | a file | for a file | file dependency",
    Concept.TIME_TO_START: """
        start time | their time | its time | at time | a time | for time | time dependency | the clock
    """,
    Concept.CONFIRMATION: """
        confirmation | operator | an operator | user intervention | be confirmed
    """,
    Concept.DOWN: """
        raised fence | raised fences | fence raised | high fence |
        down | offline | unreachable | dead | unavailable | in trouble | not up | not running well | sick
    """,
    Concept.UNLINKED: "unlinked | not linked | disconnected | link down | links down",
    Concept.LINKED: "linked | up | online | connected | alive | link | links",
    Concept.LIMIT: "limit | limits | job limit",
    Concept.FENCE: "fence | fences | job fence",
    Concept.OPEN: """
        open | unanswered | asked | to be answered | to answer | to reply | need an answer | needs an answer
    """,
    Concept.IN_USE: """
        in use | used | using | busy | taken | allocated | uses | who holds | who has | who got | who is got |
        who has got | who is holding | who is using | who is on | who is sitting on | who is hogging | hogging |
        hogs |
        usage | in usage
    """,
    Concept.CRITICAL: "critical",
    Concept.AT_RISK: """
        at risk | in danger | risk | risks | will miss | going to miss | miss | misses | endangered | missing
    """,
    Concept.DEADLINE: """
        deadline | deadlines | sla | slas | make it | in time | on time | meet its deadline | eta | eta of |
        how long until | expected end | estimated end | end time of | finish time of
    """,
    Concept.TODAY: "today | this day",
    Concept.NOW: "now | right now | currently | at the moment | at present | so far",
    Concept.LAST_NIGHT: """
        last night | last nite | yesterday night | yesterday at night | overnight |
        during the night | in the night | at night |
        the night | the last night
    """,
    Concept.TONIGHT: "tonight | tonite | this night",
    Concept.SMALL_HOURS: "in the small hours",
    Concept.MORNING: "this morning | in the morning",
    Concept.YESTERDAY: "yesterday | the day before",
    Concept.LAST_HOUR: """
        last hour | past hour | within the hour | the last hour | this hour | last 1 hour
    """,
    Concept.HOURS: "hours | hour | hrs | h",
    Concept.MINUTES: "minutes | minute | mins | min",
    Concept.SINCE: "since | from | after",
    Concept.UNTIL: "until | till | before | to | up to",
    Concept.BETWEEN: "between",
    Concept.FUTURE: """
        expected to | expected |
        gonna be | when does | when do | gonna | going to be | going to | will run | will start | will be run |
        going to run | going to start | next | upcoming | will be | will | planned | scheduled | due to start |
        due to run | still to start | coming up | supposed to run | supposed to start
    """,
    Concept.TOMORROW: "tomorrow | the day after | next week | next month",
    Concept.HISTORY: """
        history | historical | trend | trends | last week | this week | last month | last year | statistics |
        the last days | last days | past runs | earlier runs | previous runs | last runs | run history | weeks ago |
        months ago | last time | the last time | getting slower | getting faster | getting longer | getting worse |
        getting better | got slower | slower and slower | slower lately | become slower | becoming slower |
        slower than before | slowing down | taking longer and longer
    """,
    Concept.USUAL: """
        usual | usually | than usual | normally | normal | than normal | average | on average | typical | typically |
        than expected | than estimated | always | out of the ordinary | unusual | abnormal | over the estimate |
        its estimate | their estimate | estimated
    """,
    Concept.COMPARE: """
        compare | compared | comparison | compare with | compared to | compared with | versus | vs | difference to |
        diff | diff to | diff from | difference between | differences between | difference from | than yesterday |
        worse than | better than | against
    """,
    Concept.CHANGED: """
        what changed | changed since | what has changed | what is different | anything different | what is new |
        anything changed | changed in | changed with | changed | the difference | differences | different from
    """,
    Concept.HOW_OFTEN: "how often | how frequently | how many times | failure rate",
    Concept.RECOVERS: """
        retry | retried | retries | retrying | try again | tried again | tries again | be rerun | been rerun |
        was rerun | rerun automatically | rerun by itself | reruns by itself | automatic rerun | automatic reruns |
        rerun itself | reruns left | recovery reruns | rerun on its own
    """,
    Concept.WHAT_TIME: "what time | at what time | which time | wat time | when exactly",
    Concept.LONGEST: """
        longest | oldest | long running | for the longest | the longest time | longest running | for longest |
        longest time | too long | so long | takes longest | takes the longest | take the longest | takes so long |
        taking so long | taking longest | out of the ordinary | unusual | abnormal | longer | longer than | slower |
        slower than
    """,
    Concept.BY_DURATION: """
        by duration | by run time | by runtime | by elapsed time | by elapsed | by time taken | slowest |
        took longest | took the longest | ran longest | ran the longest | ran for longest | ran for the longest |
        longest runtimes | longest run times | longest durations | biggest durations | longest jobs | slowest jobs |
        longest job | slowest job | longest runs | longest ones | longest run |
        most time | heaviest
    """,
    Concept.LAST: """
        sorted by newest | sorted by time | newest first | latest first | most recent first | last | latest |
        most recent | recent | recently | newest | past | tail | the last
    """,
    Concept.FIRST: "first | top | 1st",
    Concept.ALL: """
        all | every | both | all of them | both of them | each | complete list | more | show more | the rest |
        others | the others
    """,
    Concept.ONLY: "only | just",
    Concept.BY_STATUS: "by status | per status | by state | per state | in each status | each status | by statuses",
    Concept.IT: """
        it | its | that | this | that one | this one | that job | this job | that stream | this stream | them |
        they | their | those | these | same
    """,
    Concept.ONE: "one | ones",
    Concept.SECOND: "second | 2nd",
    Concept.THIRD: "third | 3rd",
    Concept.FOURTH: "fourth | 4th",
    Concept.FIFTH: "fifth | 5th",
    Concept.LIST_NUMBER: "number | option | item",
    Concept.IN: "in | at | inside | within | under",
    Concept.ON: "on",
    Concept.OF: "of | for | about | with | by",
    Concept.OR: "or",
    Concept.ELSEWHERE: """
        elsewhere | anywhere else | somewhere else | everywhere else | in other streams | in another stream |
        in any other stream | other instances | in other instances | another instance | any other instance |
        in other places | in any other place
    """,
    Concept.AND: "and | also | what about | how about | plus | then",
    Concept.NOT: "not | never | no longer | without",
    Concept.EXCEPT: """
        except | besides | other than | excluding | but not | apart from | if | unless |
        more than once | twice | more than | less than | fewer than | no deadline | have no deadline |
        has no deadline | without a deadline |
        without deadline
    """,
    Concept.POLITE: """
        please | pls | plz | kindly | can you | could you | would you | will you | can i | could i | may i |
        can we | i want to | i need to | i want you to | i need you to | i would like to | i would like you to |
        let us | lets | go ahead and | you should | we should | should i | should we | i want | i need |
        i would like | do me a favor and | how do i | how can i | now please | hey | hello | hi | ok | so | well |
        bot | resync | quickly
    """,
    Concept.FILLER: """
        boss | buddy | folks | dude | man | bro | again please |
        way | pretty | quite | very | bit | kinda | kind | sort | bloody | damn | freaking | expect |
        sitting |
        the | a | an | no | is | are | was | were | be | been | being | am | has | have | had | do | does | did |
        would | can | could | should | may | might | must | there | some | when | how | nothing | me | my | we | our |
        us | you | your | i | still | yet | already | really | so | current | present | as | long | time | times |
        went | go | goes | gone | come | came | thing | out | off | while | whole | entire | details | detail |
        information | info | many | much | needs | need | know | want | like | too | again | exactly | today s |
        he | she | here | name | names | different | yes | engine | actually | made | make | makes | back |
        getting | got | gets | happening | happens | happen | happened | going | mean | say | says | said |
        content | contents | full | result | results | because | since when | team | guys | everyone |
        everybody | anyone | everything s | quick | please s | i m | s | t | exit | value | values | work | works |
        working | put | let | answer | question | questions | into | doing | took | taken | take | takes
    """,
    Concept.NAMED: "called | named | name is",
    Concept.CHANGE: """
        rerun | re-run | reruns | restart | resubmit | cancel | kill | submit | resume | skip | unlink | terminate |
        abort | delete | purge | bypass | run again | start again | force complete | change the plan | set limit |
        set the limit | change the limit | raise the limit | set fence | set the fence | raise the fence |
        lower the fence | change the priority | raise the priority | switch plan | give priority |
        increase priority | set priority | raise priority | high priority to
    """,
    Concept.CHANGE_IF_FIRST: """
        release | hold | confirm | reply | answer | start | stop | run | launch | trigger | execute | link | set |
        change | alter | modify | update | raise | lower | increase | decrease | suspend | pause | prioritize |
        force | put | make | add | remove | switch | extend | fix | retry | redo | drop | enable | disable | say |
        respond | shutdown | shut down | mark | bump | boost | approve | authorize | authorise | ack | acknowledge |
        reset | escalate | close
    """,
    Concept.HELP: """
        help | help me | what can you do | what do you do | how do you work | commands | examples | what can i ask |
        what do you know | how does this work | how do i use you | who are you | what are you | menu
    """,
    Concept.HELLO: """
        hello | hi | hey | good morning | good evening | good afternoon | good night | hi there | hello there |
        howdy
    """,
    Concept.THANKS: """
        thanks | thank you | thx | ty | cheers | great | perfect | ok | okay | got it | cool | nice | thanks a lot |
        thank you very much | well done | good job | bye | goodbye | see you | awesome | good | fine | understood |
        many thanks
    """,
    Concept.YES: "yes | yep | yeah | sure | exactly | right | correct | y",
    Concept.BLOCKED_BY: """
        stuck behind | held behind | waiting behind | queued behind | blocked by | held up by | held back by |
        held by | stopped by | blocked because of | stuck because of |
        waiting because of
    """,
    Concept.REMAINING: """
        still to run | left to run | yet to run | remaining | left | still open | to go | outstanding |
        still to come
    """,
}
