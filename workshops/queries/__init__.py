"""Reading what stands on boards, by noun."""
