"""What every other package stands on; it knows no feature.

Read `actor` and `permissions` for who may do what, `transaction`, `journal` and `bus` for how a change
happens and becomes known, `forms` and `idempotency` for how it comes in over HTTP.
"""
