"""Every change in this package. Each action takes the actor first, requires a right, and records a fact."""
