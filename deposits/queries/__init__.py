"""What the deposit ledger is asked, a file an idea."""
