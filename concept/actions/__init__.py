"""Every change of a concept. Each action takes the actor first, requires a right, and records a fact."""
