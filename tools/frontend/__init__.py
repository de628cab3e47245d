"""Set-up of the front-end files: fetched, reduced, converted and bundled into ``static/vendor/``."""
