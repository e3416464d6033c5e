"""Failures of the plan, told to the channels that own them: what fails, who is to know, and what became of it."""
