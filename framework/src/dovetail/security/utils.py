"""Parsing of the `Authorization` header."""


def get_authorization_scheme_param(authorization_header_value: str | None) -> tuple[str, str]:
    """Split the value of an `Authorization` header into scheme and parameter (RFC 9110, 11.4).

    `"Bearer abc"` gives `("Bearer", "abc")`. What is missing is the empty string; white space
    around the parameter is dropped.
    """
    if not authorization_header_value:
        return "", ""
    scheme, _, parameter = authorization_header_value.partition(" ")
    return scheme, parameter.strip()
