"""Every read of this package; nothing is fetched without saying who asks."""
