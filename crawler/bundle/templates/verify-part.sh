#!/bin/sh
# verify.sh [ROOTS [KEY]]: checks this part of a bundle with sha256sum and openssl (3.0 or newer), nothing else.
#   ROOTS  PEM file with the timestamp authorities' roots, from outside
#   KEY    PEM file with the collector's public key, from outside
# Exit 0: nothing failed. Exit 1: something failed. Exit 2: wrong arguments. What could not be checked is printed.
set -u
LC_ALL=C; export LC_ALL
absolute() { case $1 in /*) printf '%s' "$1" ;; *) printf '%s/%s' "$PWD" "$1" ;; esac; }
roots=${1:+$(absolute "$1")}
key=${2:+$(absolute "$2")}
usage() { printf '%s\n' "$1" 'usage: sh verify.sh [ROOTS [KEY]]   ROOTS: PEM certificates, KEY: PEM public key' >&2; exit 2; }
pem() { # pem OPTION FILE WORD
    { [ -f "$2" ] && [ -r "$2" ]; } || usage "$1 $2: cannot be read"
    grep -q "^-----BEGIN $3-----" "$2" || usage "$1 $2: not a PEM file with a $3"
}
case ${1:-} in
    -h | --help) usage 'checks the part in which it lies' ;;
    -*) usage "$1: no such option" ;;
esac
[ $# -le 2 ] || usage 'too many arguments'
[ -z "$roots" ] || pem ROOTS "$roots" CERTIFICATE
[ -z "$key" ] || pem KEY "$key" 'PUBLIC KEY'
cd -- "$(dirname -- "$0")" || exit 1
failed=0
pass() { printf 'ok           %s\n' "$1"; }
fail() { printf 'FAILED       %s\n' "$1"; failed=1; }
skip() { printf 'NOT CHECKED  %s\n' "$1"; }
have() { command -v "$1" >/dev/null 2>&1; }
have sha256sum || have shasum || { fail 'sha256sum is not installed'; exit 1; }

sums() { # sums BITS: checks the manifest lines on its standard input
    if have "sha$1sum"; then "sha$1sum" -c -; else shasum -a "$1" -c -; fi 2>&1 | awk '!/: OK$/ { print; bad = 1 } END { exit bad }'
}
digest() { if have sha256sum; then sha256sum; else shasum -a 256; fi | cut -c 1-64; }
manifest() { # manifest NAME BITS DIGITS
    [ -s "$1" ] || { fail "$1: missing or empty"; return; }
    if grep -Ev "^[0-9a-f]{$3}  [A-Za-z0-9][A-Za-z0-9._/-]*$" "$1"; then fail "$1: lines that are no manifest lines"; return; fi
    if sums "$2" <"$1"; then pass "$1: all $(awk 'END { print NR }' "$1") files have the listed hash"; else fail "$1"; fi
}
manifest tagmanifest-sha256.txt 256 64
manifest tagmanifest-sha512.txt 512 128
manifest manifest-sha256.txt 256 64
manifest manifest-sha512.txt 512 128

odd=$(find . ! -type f ! -type d)
[ -z "$odd" ] && pass 'no links or special files' || fail "links or special files: $odd"
unlisted=$(find . -type f | sed 's|^\./||' | awk '
    BEGIN {
        split("manifest-sha256.txt tagmanifest-sha256.txt", lists, " ")
        for (i in lists) while ((getline line < lists[i]) > 0) known[substr(line, 67)] = 1
        known["tagmanifest-sha256.txt"] = known["tagmanifest-sha512.txt"] = 1
    }
    !($0 in known) { print }')
[ -z "$unlisted" ] && pass 'no file that is not listed' || fail "files that are not listed: $unlisted"

old=data/original
for name in bag-info.txt manifest-sha256.txt manifest-sha512.txt; do
    due=$(awk -v name="$name" 'substr($0, 67) == name { print substr($0, 1, 64) }' "$old/tagmanifest-sha256.txt")
    [ -n "$due" ] && [ "$due" = "$(digest <"$old/$name")" ] && pass "the original's $name is the one that was signed" || fail "$old/$name"
done
due=$(digest <"$old/tagmanifest-sha256.txt")
grep -qx "Original-Tag-Manifest-SHA256: $due" bag-info.txt && pass "part of the bundle with tag manifest $due" || fail 'bag-info.txt names another bundle'
# Everything but what was picked out or derived has to be a file of the original, byte for byte.
stray=$(awk '
    BEGIN { while ((getline line < "data/original/manifest-sha256.txt") > 0) signed[line] = 1 }
    { name = substr($0, 67) }
    name !~ /^data\/(original|part|redacted)\// && name != "data/disclosure.json" && name != "data/redactions.json" && !($0 in signed) { print name }
' manifest-sha256.txt)
[ -z "$stray" ] && pass 'every undisturbed file is the one in the signed list of the original' || fail "not files of the original: $stray"
awk '
    BEGIN {
        while ((getline line < "data/disclosure.json") > 0) said = said line
        while ((getline line < "manifest-sha256.txt") > 0) here[line] = 1
    }
    !($0 in here) && !index(said, "\"path\": \"" substr($0, 67) "\", \"sha256\": \"" substr($0, 1, 64) "\"") { print "             " substr($0, 67); bad = 1 }
    END { exit bad }
' "$old/manifest-sha256.txt" && pass 'every other file of the original is named as withheld' || fail 'files left out without a word'
skip "$(grep -o '"why": "' data/disclosure.json | awk 'END { print NR }') files and records are withheld (data/disclosure.json names them)"

signed() { # signed FILE SIGNATURE KEY WORDS
    openssl pkeyutl -verify -pubin -inkey "$3" -rawin -in "$1" -sigfile "$2" >/dev/null 2>&1 && pass "$4" || fail "$4"
}
inner=$old/signatures/signer.pub.pem
if ! have openssl || ! openssl pkeyutl -help 2>&1 | grep -q rawin; then
    skip 'signatures: openssl 3.0 or newer is needed'
else
    main=$old/tagmanifest-sha256.txt
    signed "$main" "$old/signatures/tagmanifest-sha256.txt.ed25519" "$inner" "signature over the original's tag manifest"
    signed data/log/tree-head.json data/log/tree-head.json.ed25519 "$inner" 'signature over data/log/tree-head.json'
    own=$(openssl pkey -pubin -in "$inner" -outform DER | digest)
    for seal in data/warc/*.seal.json; do
        [ -f "$seal" ] || continue
        if grep -q "\"signer\":\"$own\"" "$seal"; then signed "$seal" "$seal.ed25519" "$inner" "signature over $seal"
        else skip "signature over $seal: made with an earlier key (titlewatch verify does it)"; fi
    done
    if [ -n "$key" ]; then
        signed "$main" "$old/signatures/tagmanifest-sha256.txt.ed25519" "$key" "the signer is the holder of $key"
    else
        skip "who the signer is (give KEY); SHA-256 of the key in here: $own"
    fi
fi

stamped() { # stamped AUTHORITY FILE STEM
    for part in tsq tsr chain.pem json; do [ -s "$3.$part" ] || { fail "timestamp of $1: $3.$part is missing"; return; }; done
    text=$(openssl ts -reply -in "$3.tsr" -text 2>/dev/null)
    imprint=$(printf '%s\n' "$text" | sed -n 's/^ *00[01]0 - \([0-9a-f -]\{47\}\).*/\1/p' | tr -dc 0-9a-f)
    [ "$imprint" = "$(digest <"$2")" ] || { fail "timestamp of $1 is over other data than $2"; return; }
    said="timestamp of $1 over $2: $(printf '%s\n' "$text" | sed -n 's/^Time stamp: //p')"
    at=$(sed -n 's/.*"verify_attime": *\([0-9]*\).*/\1/p' "$3.json")
    for against in "-data $2" "-queryfile $3.tsq"; do # the query carries the nonce
        # shellcheck disable=SC2086
        if [ -n "$roots" ]; then
            openssl ts -verify -attime "$at" $against -in "$3.tsr" -CAfile "$roots" -untrusted "$3.chain.pem" >/dev/null 2>&1
        else # without roots: signature, imprint and nonce hold under the certificate that came with it
            openssl ts -verify -attime "$at" $against -in "$3.tsr" -CAfile "$3.chain.pem" -partial_chain >/dev/null 2>&1
        fi || { fail "$said"; return; }
    done
    [ -n "$roots" ] && pass "$said" || skip "$said (whose it is: give ROOTS)"
}
for word in $(sed -n 's/^Timestamp-Authorities: //p' "$old/bag-info.txt" | tr -d ' ' | tr ',' ' '); do
    case $word in
        none*) skip 'timestamps: UNSTAMPED, no authority was configured' ;;
        *'(pending)') skip "timestamp of ${word%(pending)}: PENDING at the time of export" ;;
        *)
            have openssl || { skip "timestamp of $word: openssl is needed"; continue; }
            stamped "$word" "$old/tagmanifest-sha256.txt" "$old/timestamps/$word" ;;
    esac
done
for file in data/part/warc/*.warc.gz; do
    [ -f "$file" ] || continue
    # An empty segment: each of its records is withheld.
    [ -s "$file" ] || { skip "$file: every record is withheld"; continue; }
    have gzip || { skip "gzip -t $file: gzip is not installed"; continue; }
    gzip -t "$file" 2>/dev/null && pass "gzip -t $file" || fail "gzip -t $file"
done
skip 'records against the ledger, inclusion proofs: titlewatch verify does it (see README-en.md)'
[ "$failed" -eq 0 ] && echo 'RESULT: nothing failed' || echo 'RESULT: FAILED'
exit "$failed"
