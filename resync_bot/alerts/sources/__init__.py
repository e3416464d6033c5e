"""Where alerts come from: what the engine is asked (the truth), and what is sent by itself (a hint to ask now)."""
