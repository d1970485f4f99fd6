"""`python -m portal.cli` is `portal`, also where the console script is not on the path."""

from portal.cli import main

if __name__ == "__main__":
    main(prog_name="portal")
