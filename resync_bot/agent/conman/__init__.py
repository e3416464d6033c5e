"""conman's language of selections, for the tools as for the interpreter.

`selection` is its grammar, `times` reads its times, `jobs` and `streams` make questions to the engine of it and sieves
for what the engine cannot be asked.
"""
