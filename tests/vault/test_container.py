import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import FileFormatError
from appliance.vault import container

KEY = b"k" * 32


@given(st.binary(max_size=300), st.binary(max_size=20), st.binary(max_size=20))
def test_a_container_comes_back(plain: bytes, label: bytes, bound: bytes) -> None:
    sealed = container.seal(KEY, label, plain, bound)
    assert len(sealed) == len(plain) + container.OVERHEAD
    assert container.unseal(KEY, label, sealed, bound) == plain
    assert container.seal(KEY, label, plain, bound) != sealed


@given(st.integers(0, 8 * 57 - 1))
def test_a_flip_anywhere_is_noticed(bit: int) -> None:
    sealed = bytearray(container.seal(KEY, b"a", b"something"))
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(FileFormatError, match="altered"):
        container.unseal(KEY, b"a", bytes(sealed))


@pytest.mark.parametrize("length", [0, 31, 47])
def test_what_is_too_short_is_said_to_be(length: int) -> None:
    with pytest.raises(FileFormatError, match="too short"):
        container.unseal(KEY, b"a", bytes(length))


def test_key_label_and_what_is_bound_must_fit() -> None:
    sealed = container.seal(KEY, b"a", b"something", b"b")
    for key, label, bound in ((b"x" * 32, b"a", b"b"), (KEY, b"b", b"b"), (KEY, b"a", b"")):
        with pytest.raises(FileFormatError):
            container.unseal(key, label, sealed, bound)
