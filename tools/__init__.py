"""What `make` calls: set-up, checks and measuring. Nothing here is needed by the running program."""
