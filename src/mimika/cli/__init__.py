"""The command line: a thin skin, one file per noun; `main` holds the error boundary."""
