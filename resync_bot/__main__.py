"""`python -m resync_bot` is `resync-bot`."""

from resync_bot.cli import main

if __name__ == "__main__":
    main()
