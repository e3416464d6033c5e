"""What can be changed in a plan. Nothing here decides who may: that is for those who call it.

`model` says what is to be done, `legal` when an engine takes it, `v1` and `v2` how it is asked for, `effect` how its
effect is seen: an engine answers before anything has happened, and its plan shows it some seconds later.
"""
