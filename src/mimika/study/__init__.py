"""The staged study: stages as data, a ledger as the truth, a rule that is fixed before the first run; no PyTorch."""
