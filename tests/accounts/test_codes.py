"""R18: codes carry 50 bits, are forgiving to type, and mean one thing only."""

from __future__ import annotations

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import codes

KEY = b"k" * 32


def test_a_hundred_thousand_codes_have_the_form_and_the_spread() -> None:
    made = [codes.new_code() for _ in range(100_000)]

    assert all(codes.is_code(code) for code in made)
    assert math.log2(len(codes.ALPHABET)) * codes.LENGTH == 50
    # With 2^50 codes a repetition among 10^5 has a chance of one in 200,000.
    assert len(set(made)) == len(made)
    for place in range(codes.LENGTH):
        seen = Counter(code[place] for code in made)
        assert set(seen) == set(codes.ALPHABET)
        # Each character is expected 3,125 times with a deviation of 55: seven deviations are allowed.
        assert all(2_740 < number < 3_510 for number in seen.values())


@pytest.mark.parametrize(
    "typed",
    [
        "7K4QM-2XR9T",
        "7k4qm2xr9t",
        " 7K4QM 2XR9T ",
        "7K4QM–2XR9T",
        "7 K 4 Q M - 2 X R 9 T",
        "7K4QM\u00a02XR9T",
        "７Ｋ４ＱＭ２ＸＲ９Ｔ",
        "7K4QM\u200b2XR9T",
        "7K4QM_2XR9T",
    ],
)
def test_typing_is_forgiven(typed: str) -> None:
    assert codes.normalise(typed) == "7K4QM2XR9T"


def test_letters_that_look_like_digits_are_digits() -> None:
    assert codes.normalise("oOiIlL") == "001111"
    assert codes.is_code(codes.normalise("olioli-olio"))
    assert not codes.is_code("7K4QM2XR9U")
    assert not codes.is_code("7K4QM2XR9")


@given(st.text(max_size=300))
def test_anything_typed_is_read_without_error(typed: str) -> None:
    read = codes.normalise(typed)

    assert codes.normalise(read) == read or not codes.is_code(read)
    codes.digest(read, purpose="participate", key=KEY)


@given(st.text(alphabet=codes.ALPHABET, min_size=10, max_size=10))
def test_what_is_shown_can_be_typed_again(code: str) -> None:
    assert codes.normalise(codes.show(code)) == code
    assert codes.normalise(codes.show(code).lower()) == code


def test_a_digest_belongs_to_one_purpose_and_one_installation() -> None:
    code = codes.new_code()
    digests = {
        codes.digest(code, purpose="participate", key=KEY),
        codes.digest(code, purpose="register", key=KEY),
        codes.digest(code, purpose="participate", key=b"o" * 32),
    }
    assert len(digests) == 3
    assert all(len(digest) == 32 for digest in digests)


def test_derived_codes_are_as_good_as_drawn_ones() -> None:
    """Seeds that differ little, as those of one sheet do, give codes without any pattern."""
    made = [
        codes.derived_code(codes.numbered(b"cookie /slips key%d" % sheet, number), key=KEY)
        for sheet in range(200)
        for number in range(1, 501)
    ]

    assert all(codes.is_code(code) for code in made)
    assert len(set(made)) == len(made) == 100_000
    for place in range(codes.LENGTH):
        seen = Counter(code[place] for code in made)
        assert set(seen) == set(codes.ALPHABET)
        assert all(2_740 < number < 3_510 for number in seen.values())


def test_a_derived_code_needs_the_key_the_secret_and_the_number() -> None:
    seed = codes.numbered(b"cookie /slips key", 1)

    assert codes.derived_code(seed, key=KEY) == codes.derived_code(seed, key=KEY)
    others = {
        codes.derived_code(seed, key=b"o" * 32),
        codes.derived_code(codes.numbered(b"kookie /slips key", 1), key=KEY),
        codes.derived_code(codes.numbered(b"cookie /slips kez", 1), key=KEY),
        codes.derived_code(codes.numbered(b"cookie /slips key", 11), key=KEY),
        codes.derived_code(codes.numbered(b"cookie /slips key1", 1), key=KEY),
    }
    assert len(others) == 5
    assert codes.derived_code(seed, key=KEY) not in others


@pytest.mark.parametrize(
    "typed", ["Z-4F7QK", "z4f7qk", " z - 4f7qk ", "4F7QK", "4f 7qk", "Z–4F7QK", "Ｚ-4F7QK", "z_4f7qk"]
)
def test_a_slip_number_may_be_typed_as_one_likes(typed: str) -> None:
    assert codes.normalise_slip_number(typed) == "Z-4F7QK"


@pytest.mark.parametrize(
    "typed", ["", "Z", "4F7Q", "Z-4F7QKK", "4F7QK-4F7QK", "Z-4F7QU", "äöüßé", "\x00" * 5]
)
def test_anything_else_is_no_slip_number(typed: str) -> None:
    assert codes.normalise_slip_number(typed) == ""


def test_letters_that_look_like_digits_are_digits_in_slip_numbers_too() -> None:
    assert codes.normalise_slip_number("Z-oOiIl") == "Z-00111"
    assert codes.normalise_slip_number("zz777") == "Z-ZZ777"
