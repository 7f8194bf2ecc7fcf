"""`python -m mimika` is `mimika`."""

from mimika.cli.main import main

if __name__ == "__main__":
    main()
