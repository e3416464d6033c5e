"""What the bot remembers of runs that ended: an engine's plan holds today only.

`runs` is one finished run and how it is kept, `store` keeps them in Redis, `recorder` fills it from the engines,
`statistics` and `comparison` say what is usual and what changed. Pure but for `store` and `recorder`.
"""
