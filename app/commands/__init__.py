"""The commands of `cslm`, one small module each; `app/cli.py` registers them."""
