"""Reading what belongs to no package: everything that is kept about one person."""
