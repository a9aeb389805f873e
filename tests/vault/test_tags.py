from hypothesis import given
from hypothesis import strategies as st

from appliance.vault.tags import BITS, tag


@given(st.binary(min_size=32, max_size=32), st.from_regex(r"\+[0-9]{1,15}", fullmatch=True))
def test_a_tag_is_short_and_always_the_same(key: bytes, number: str) -> None:
    assert 0 <= tag(key, number) < 2**BITS
    assert tag(key, number) == tag(key, number)


def test_tags_differ_by_key_and_number() -> None:
    tags = {tag(bytes([key]) * 32, f"+4822123456{digit}") for key in range(5) for digit in range(9)}
    assert len(tags) == 45
