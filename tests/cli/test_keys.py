"""titlewatch keys, ledger, and verify --earlier, as a person drives them."""

import json
from pathlib import Path

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
    unsaid = ("keys", "lost", "--compromised", "--by", "Li Si", "--why", "stolen", "--workspace", "W")
    assert "--trusted" in shell(*unsaid, code=2).error
    lost = ("keys", "lost", "--compromised", "--trusted", "1", "--by", "Li Si", "--why", "stolen", "--workspace", "W")
    told = shell(*lost)
    replaced = told.out + told.err
    assert "keys protect" in replaced, "the old key had a passphrase, the new one has none"
    assert "keys/signer.pub.pem" in replaced
    every = [json.loads(line) for line in shell("keys", "show", "--json", "--workspace", "W").out.splitlines()]
    assert [key["act"] for key in every] == ["init", "rotate", "compromised"]
    assert f"keys/retired/{every[1]['fingerprint']}.pub.pem" in replaced
    assert f"keys/retired/{first['fingerprint']}.pub.pem" in changed
    assert all(Path(shell.folder, key["public_file"]).read_text() == key["public"] for key in every)
    shown = shell("keys", "show", "--workspace", "W").out
    assert all(key["public_file"] in shown for key in every)
    assert every[1]["fingerprint"] in changed and every[1]["trusted_entry"] == 1 and every[2]["until"] is None
    told = shell("ledger", "--workspace", "W").out
    assert "stolen" in told and "yearly" in told and "http://127.0.0.1:9/" in told
    last = [json.loads(line) for line in shell("ledger", "--last", "2", "--json", "--workspace", "W").out.splitlines()]
    assert [entry["type"] for entry in last] == ["site", "key"]
    assert "签名密钥" in shell("ledger", "--workspace", "W", env={"TITLEWATCH_LANG": "zh"}).out
    assert shell("verify", "W").code == 0
    shell("verify", "W", "--earlier", "W/nothing.json", code=2)
