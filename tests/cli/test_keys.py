"""titlewatch keys, ledger, and verify --earlier, as a person drives them."""

import json

from tests.cli.titlewatch import Shell


def test_keys_are_shown_changed_guarded_and_replaced(shell: Shell) -> None:
    made = shell("init", "W").out
    (first,) = [json.loads(line) for line in shell("keys", "show", "--json", "--workspace", "W").out.splitlines()]
    assert first["fingerprint"] in made and first["spoken"] in made and first["current"]
    assert first["spoken"].replace(" ", "") == first["fingerprint"]
    shell("keys", "rotate", "--workspace", "W", code=2)
    changed = shell("keys", "rotate", "--by", "Li Si", "--why", "yearly", "--workspace", "W").out
    shell("keys", "protect", "--workspace", "W", env={"TITLEWATCH_PASSPHRASE": "correct horse"})
    refused = shell("keys", "rotate", "--by", "Li Si", "--why", "x", "--workspace", "W", code=4)
    assert "TITLEWATCH_PASSPHRASE" in refused.error and refused.err.count("\n") == 1
    shell("sites", "add", "http://127.0.0.1:9/", "--workspace", "W")
    assert "passphrase" in shell("nightly", "--workspace", "W", code=4).error
    lost = ("keys", "lost", "--compromised", "--trusted", "1", "--by", "Li Si", "--why", "stolen", "--workspace", "W")
    shell(*lost)
    every = [json.loads(line) for line in shell("keys", "show", "--json", "--workspace", "W").out.splitlines()]
    assert [key["act"] for key in every] == ["init", "rotate", "compromised"]
    assert every[1]["fingerprint"] in changed and every[1]["trusted_entry"] == 1 and every[2]["until"] is None
    told = shell("ledger", "--workspace", "W").out
    assert "stolen" in told and "yearly" in told and "http://127.0.0.1:9/" in told
    last = [json.loads(line) for line in shell("ledger", "--last", "2", "--json", "--workspace", "W").out.splitlines()]
    assert [entry["type"] for entry in last] == ["site", "key"]
    assert "签名密钥" in shell("ledger", "--workspace", "W", env={"TITLEWATCH_LANG": "zh"}).out
    assert shell("verify", "W").code == 0
    shell("verify", "W", "--earlier", "W/nothing.json", code=2)
