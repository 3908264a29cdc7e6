#!/bin/sh
# verify.sh [ROOTS [KEY]]: checks this bundle with sha256sum and openssl (3.0 or newer), nothing else.
#   ROOTS  PEM file with the timestamp authorities' roots, from outside this bundle
#   KEY    PEM file with the collector's public key, from outside this bundle
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
    -h | --help) usage 'checks the bundle in which it lies' ;;
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

sums() { # sums BITS: a checker of that hash, under whatever name this system has it
    if have "sha$1sum"; then "sha$1sum" -c "$2"; else shasum -a "$1" -c "$2"; fi 2>&1 | awk '!/: OK$/ { print; bad = 1 } END { exit bad }'
}
digest() { if have sha256sum; then sha256sum; else shasum -a 256; fi | cut -c 1-64; }
manifest() { # manifest NAME BITS DIGITS
    [ -s "$1" ] || { fail "$1: missing or empty"; return; }
    if grep -Ev "^[0-9a-f]{$3}  [A-Za-z0-9][A-Za-z0-9._/-]*$" "$1"; then fail "$1: lines that are no manifest lines"; return; fi
    if sums "$2" "$1"; then pass "$1: all $(awk 'END { print NR }' "$1") files have the listed hash"; else fail "$1"; fi
}
have sha256sum || have shasum || { fail 'sha256sum is not installed'; exit 1; }
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
        known["signatures/tagmanifest-sha256.txt.ed25519"] = known["signatures/signer.pub.pem"] = 1
        while ((getline line < "bag-info.txt") > 0) if (sub(/^Timestamp-Authorities: /, "", line)) count = split(line, words, /, */)
        while (count) known["timestamps/" words[count--]] = 1
    }
    { stem = $0 }
    /^timestamps\// && sub(/\.(tsq|tsr|chain\.pem|json)$/, "", stem) { sub(/\.renewal-[0-9][0-9]?[0-9]?$/, "", stem) }
    !($0 in known && $0 !~ /^timestamps\//) && !(stem != $0 && stem in known) { print }')
[ -z "$unlisted" ] && pass 'no file that is not listed' || fail "files that are not listed: $unlisted"
oxum=$(find data -type f -exec wc -c {} \; | awk '{ bytes += $1; files++ } END { printf "%.0f.%d", bytes, files }')
grep -qx "Payload-Oxum: $oxum" bag-info.txt && pass "Payload-Oxum $oxum" || fail "Payload-Oxum: found $oxum"

signed() { # signed FILE SIGNATURE KEY
    openssl pkeyutl -verify -pubin -inkey "$3" -rawin -in "$1" -sigfile "$2" >/dev/null 2>&1 && pass "$4" || fail "$4"
}
inner=signatures/signer.pub.pem
if ! have openssl || ! openssl pkeyutl -help 2>&1 | grep -q rawin; then
    skip 'signatures: openssl 3.0 or newer is needed'
else
    signed tagmanifest-sha256.txt signatures/tagmanifest-sha256.txt.ed25519 "$inner" 'signature over tagmanifest-sha256.txt'
    signed data/log/tree-head.json data/log/tree-head.json.ed25519 "$inner" 'signature over data/log/tree-head.json'
    for seal in data/warc/*.seal.json; do
        [ -f "$seal" ] && signed "$seal" "$seal.ed25519" "$inner" "signature over $seal"
    done
    if [ -n "$key" ]; then
        signed tagmanifest-sha256.txt signatures/tagmanifest-sha256.txt.ed25519 "$key" "the signer is the holder of $key"
    else
        skip "who the signer is (give KEY); SHA-256 of the key in here: $(openssl pkey -pubin -in "$inner" -outform DER | digest)"
    fi
fi

stamped() { # stamped AUTHORITY FILE STEM
    for part in tsq tsr chain.pem json; do [ -s "$3.$part" ] || { fail "timestamp of $1: $3.$part is missing"; return; }; done
    text=$(openssl ts -reply -in "$3.tsr" -text 2>/dev/null)
    imprint=$(printf '%s\n' "$text" | sed -n 's/^ *00[01]0 - \([0-9a-f -]\{47\}\).*/\1/p' | tr -dc 0-9a-f)
    [ "$imprint" = "$(digest <"$2")" ] || { fail "timestamp of $1 is over other data than $2"; return; }
    said="timestamp of $1 over $2: $(printf '%s\n' "$text" | sed -n 's/^Time stamp: //p')"
    told=$(sed 's/"gen_time":".*","reply_sha256"/"gen_time":,"reply_sha256"/; s/"verify_attime":[0-9]*}$/"verify_attime":}/' "$3.json")
    due=$(printf '{"authority":"%s","chain_sha256":"%s","gen_time":,"reply_sha256":"%s","request_sha256":"%s","subject":"%s","subject_sha256":"%s","verify_attime":}' \
        "$1" "$(digest <"$3.chain.pem")" "$(digest <"$3.tsr")" "$(digest <"$3.tsq")" "${2##*/}" "$(digest <"$2")")
    [ "$told" = "$due" ] || { fail "timestamp of $1: $3.json does not agree with $3.tsq, .tsr, .chain.pem and $2"; return; }
    skip "$3.json: its gen_time, name and verify_attime (titlewatch verify does it)"
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
for word in $(sed -n 's/^Timestamp-Authorities: //p' bag-info.txt | tr -d ' ' | tr ',' ' '); do
    case $word in
        none*) skip 'timestamps: UNSTAMPED, no authority was configured' ;;
        *'(pending)') skip "timestamp of ${word%(pending)}: PENDING at the time of export" ;;
        *)
            have openssl || { skip "timestamp of $word: openssl is needed"; continue; }
            stamped "$word" tagmanifest-sha256.txt "timestamps/$word"
            # A renewal stamps the reply that it renews.
            for stem in $(find timestamps -name "$word.renewal-*" | sed -E 's/\.(tsq|tsr|chain\.pem|json)$//' | sort -u); do
                stamped "$word" "timestamps/$word.tsr" "$stem"
            done ;;
    esac
done
if have gzip; then
    for file in data/warc/*.warc.gz; do gzip -t "$file" 2>/dev/null && pass "gzip -t $file" || fail "gzip -t $file"; done
else skip 'gzip -t of data/warc: gzip is not installed'; fi
skip 'records against the ledger, inclusion proofs: titlewatch verify does it (see README-en.md)'
[ "$failed" -eq 0 ] && echo 'RESULT: nothing failed' || echo 'RESULT: FAILED'
exit "$failed"
