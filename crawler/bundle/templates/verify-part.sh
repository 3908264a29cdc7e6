#!/bin/sh
# verify.sh [ROOTS [KEY [PART]]]: checks this part of a bundle with sha256sum and openssl (3.0 or newer), nothing else.
#   ROOTS  PEM file with the timestamp authorities' roots, from outside the part; '' for none
#   KEY    PEM file with the collector's public key, from outside the part; '' for none
#   PART   the part's folder; without it the folder in which this script lies
# Exit 0: nothing failed. Exit 1: something failed. Exit 2: wrong arguments. What could not be checked is printed.
# A part is not signed, and a script inside it cannot vouch for itself: whoever changes the part can change it too.
@names
@labels
unlisted=$(find . ! -name . | sed 's|^\./||' | awk '
    function known_with_folders(name) { known[name] = 1; while (sub(/\/[^\/]*$/, "", name)) known[name] = 1 }
    BEGIN {
        split("manifest-sha256.txt tagmanifest-sha256.txt", lists, " ")
        for (i in lists) while ((getline line < lists[i]) > 0) known_with_folders(substr(line, 67))
        known["tagmanifest-sha256.txt"] = known["tagmanifest-sha512.txt"] = 1
    }
    !($0 in known) { print }')
[ -z "$unlisted" ] && pass 'no file or folder that is not listed' || fail "files or folders that are not listed: $unlisted"
@size

old=data/original
for name in bag-info.txt manifest-sha256.txt manifest-sha512.txt; do
    [ -f "$old/$name" ] && [ -f "$old/tagmanifest-sha256.txt" ] || { fail "$old/$name: missing"; continue; }
    due=$(visible <"$old/tagmanifest-sha256.txt" | awk -v name="$name" 'substr($0, 67) == name { print substr($0, 1, 64) }')
    [ -n "$due" ] && [ "$due" = "$(digest <"$old/$name")" ] && pass "the original's $name is the one that was signed" || fail "$old/$name: not the one that was signed"
done
[ "$failed" -eq 0 ] || { skip 'everything else: the lists do not hold'; finish; }
due=$(digest <"$old/tagmanifest-sha256.txt")
[ "$(said Original-Tag-Manifest-SHA256)" = "$due" ] && pass "part of the bundle with tag manifest $due" || fail 'bag-info.txt names another bundle'
decided=$(said Redaction-Decided-By)
# What was picked out has names that are known; what was derived stands in redactions.json; all else is the original's, byte for byte.
stray=$(awk '
    BEGIN {
        while ((getline line < "data/original/manifest-sha256.txt") > 0) signed[line] = 1
        while ((getline line < "data/redactions.json") > 0) told = told line
        count = split("original/bag-info.txt original/manifest-sha256.txt original/manifest-sha512.txt original/tagmanifest-sha256.txt original/tagmanifest-sha512.txt original/signatures/tagmanifest-sha256.txt.ed25519 original/signatures/signer.pub.pem part/ledger.jsonl part/inclusion.json part/case.json part/exhibits.csv disclosure.json redactions.json", names, " ")
        for (i = 1; i <= count; i++) fixed["data/" names[i]] = 1
    }
    { name = substr($0, 67); hash = substr($0, 1, 64) }
    name in fixed { next }
    name ~ /^data\/original\/timestamps\/[A-Za-z0-9][A-Za-z0-9._-]*\.(tsq|tsr|chain\.pem|json)$/ { next }
    name ~ /^data\/part\/warc\/[A-Za-z0-9][A-Za-z0-9._-]*\.(warc\.gz|cdxj)$/ { next }
    name ~ /^data\/redacted\// && index(told, "\"derived\": \"" name "\"") && index(told, "\"derived_sha256\": \"" hash "\"") { next }
    name !~ /^data\/(original|part|redacted)\// && $0 in signed { next }
    { print name }
' manifest-sha256.txt)
[ -z "$stray" ] && pass 'no file but those of the original, of the part, and those that redactions.json names' || fail "files that no part has: $stray"
for name in original/tagmanifest-sha512.txt original/signatures/signer.pub.pem part/ledger.jsonl part/inclusion.json part/case.json part/exhibits.csv disclosure.json; do
    [ -s "data/$name" ] || fail "data/$name: missing or empty"
done
missing=$(awk '
    BEGIN {
        while ((getline line < "data/disclosure.json") > 0) said = said line
        while ((getline line < "manifest-sha256.txt") > 0) here[line] = 1
    }
    {
        named = index(said, "\"path\": \"" substr($0, 67) "\", \"sha256\": \"" substr($0, 1, 64) "\"")
        if (($0 in here && named) || !($0 in here || named)) print substr($0, 67)
    }
' "$old/manifest-sha256.txt")
[ -z "$missing" ] && pass 'every file of the original is here or named as withheld' || fail "files left out without a word, or both here and withheld: $missing"
skip "$(grep -o '"why": "' data/disclosure.json | awk 'END { print NR }') files and records are withheld (data/disclosure.json names them)"
[ ! -f data/redactions.json ] || skip "data/redacted: redacted as decided by $decided; whoever holds the original can compare"
skip 'README-en.md, README-zh.md, bag-info.txt, data/disclosure.json, data/part/case.json, data/part/exhibits.csv: not signed'

info=$old/bag-info.txt
@authorities
@root
@signatures

@stamps
@records
skip 'records against the ledger, inclusion proofs, exhibits against records, tables: titlewatch verify does it (see README-en.md)'
finish
