"""What changes accounts, codes and sessions. Slow hashes are made by the caller before the transaction."""
