"""The IANA names of cipher suites, from OpenSSL's; those with pre-shared keys or passwords are not offered by us."""

_EXCHANGES = {"ECDHE": "ECDHE", "DHE": "DHE", "EDH": "DHE", "ADH": "DH_anon", "AECDH": "ECDH_anon"}
_SIGNATURES = ("RSA", "DSS", "ECDSA")
_ANONYMOUS = ("ADH", "AECDH")
_CIPHERS = {"SEED": "SEED_CBC", "RC4": "RC4_128", "NULL": "NULL", "IDEA": "IDEA_CBC"}


def iana_name(openssl: str) -> str:
    """``TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256`` for ``ECDHE-RSA-AES128-GCM-SHA256``; a TLS 1.3 name is its own."""
    if openssl.startswith("TLS_") or not openssl:
        return openssl
    parts = openssl.split("-")
    exchange = "RSA"
    if parts[0] in _EXCHANGES:
        named = parts.pop(0)
        exchange = _EXCHANGES[named]
        if named not in _ANONYMOUS:
            exchange += f"_{parts.pop(0) if parts[0] in _SIGNATURES else 'RSA'}"
    return f"TLS_{exchange}_WITH_{_cipher(parts)}"


def _cipher(parts: list[str]) -> str:
    first, mode, digest = parts[0], parts[1] if len(parts) > 1 else "", parts[-1]
    if first == "DES" and mode == "CBC3":
        return f"3DES_EDE_CBC_{digest}"
    if first == "CHACHA20":
        return "CHACHA20_POLY1305_SHA256"
    if first in _CIPHERS:
        return f"{_CIPHERS[first]}_{digest}"
    letters = first.rstrip("0123456789")
    cipher = f"{letters}_{first[len(letters) :]}"
    if mode in ("CCM", "CCM8"):
        return f"{cipher}_CCM" + ("_8" if mode == "CCM8" else "")
    return f"{cipher}_GCM_{digest}" if mode == "GCM" else f"{cipher}_CBC_{digest}"
