"""How the shipped models were made, from data to file."""
