"""The page of live_page.py with a control after the list, as the lanes of a board have one."""

from markupsafe import Markup

from tests.browser import live_page

real = live_page.draw_list
live_page.draw_list = lambda: real() + Markup('<p><a href="#write" id="write">Write a card</a></p>')
make_app = live_page.make_app
