#!/bin/sh
# verify.sh [ROOTS [KEY [BUNDLE]]]: checks a bundle with sha256sum and openssl (3.0 or newer), nothing else.
#   ROOTS   PEM file with the timestamp authorities' roots, from outside the bundle; - for none
#   KEY     PEM file with the collector's public key, from outside the bundle; - for none
#   BUNDLE  the bundle's folder; without it the folder in which this script lies
# Exit 0: nothing failed. Exit 1: something failed. Exit 2: wrong arguments. What could not be checked is printed.
# A script inside a bundle cannot vouch for itself: whoever changes the bundle can change it too. Run one from elsewhere.
set -uf
LC_ALL=C; export LC_ALL
unset CDPATH
absolute() { case $1 in /*) printf '%s' "$1" ;; *) printf '%s/%s' "$PWD" "$1" ;; esac; }
given() { case $1 in '' | -) ;; *) absolute "$1" ;; esac; }
roots=$(given "${1:-}")
key=$(given "${2:-}")
usage() { printf '%s\n' "$1" 'usage: sh verify.sh [ROOTS [KEY [BUNDLE]]]   ROOTS: PEM certificates, KEY: PEM public key' >&2; exit 2; }
pem() { # pem OPTION FILE WORD
    { [ -f "$2" ] && [ -r "$2" ]; } || usage "$1 $2: cannot be read"
    grep -q "^-----BEGIN $3-----" "$2" || usage "$1 $2: not a PEM file with a $3"
}
case ${1:-} in
    -h | --help) usage 'checks the bundle in which it lies, or BUNDLE' ;;
    -?*) usage "$1: no such option" ;;
esac
[ $# -le 3 ] || usage 'too many arguments'
[ -z "$roots" ] || pem ROOTS "$roots" CERTIFICATE
[ -z "$key" ] || pem KEY "$key" 'PUBLIC KEY'
cd -- "${3:-$(dirname -- "$0")}" || usage "${3:-}: no such folder"
failed=0 unchecked=0
clean() { tr -c '[:alnum:][:punct:] \n' '?' | awk 'NR <= 20 { print } END { if (NR > 20) print "... and " NR - 20 " more" }'; }
visible() { tr '\000' '\001'; } # a shell loses zero bytes, and texts that differ in them alone would be one
pass() { printf '%s\n' "ok           $1"; } # of names that are known to be plain
fail() { printf '%s\n' "FAILED       $1" | clean; failed=1; }
skip() { printf '%s\n' "NOT CHECKED  $1" | clean; unchecked=$((unchecked + 1)); }
have() { command -v "$1" >/dev/null 2>&1; }
finish() {
    [ "$failed" -eq 0 ] || { echo 'RESULT: FAILED'; exit 1; }
    echo 'RESULT: nothing failed'; exit 0
}
inside() { case $(cd -- "$(dirname -- "$1")" && pwd -P)/ in "$(pwd -P)"/*) return 0 ;; *) return 1 ;; esac; }
have sha256sum || have shasum || { fail 'sha256sum is not installed'; finish; }
for tool in awk cut find grep sed sort tail tr wc; do have "$tool" || { fail "$tool is not installed"; finish; }; done

# Names first: nothing is opened before it is known to be a plain file with a plain name.
odd=$(find . ! -type f ! -type d)
[ -z "$odd" ] && pass 'no links or special files' || fail "links or special files: $odd"
strange=$(find . ! -name . \( -name '*[!A-Za-z0-9._-]*' -o -name '[!A-Za-z0-9]*' \))
[ -z "$strange" ] && pass 'no names but plain ones' || fail "names that no bundle has: $strange"
[ "$failed" -eq 0 ] || { skip 'everything else: take the named files away first'; finish; }

borrowed=
if [ -n "$key" ] && inside "$key"; then borrowed=yes; skip "WHO THE SIGNER IS: the key given lies inside the bundle: it proves nothing about who made it"; fi
if [ -n "$roots" ] && inside "$roots"; then skip "WHO STAMPED: the roots given lie inside the bundle: they prove nothing about who stamped it"; fi

sums() { # sums BITS FILE: a checker of that hash, under whatever name this system has it
    if have "sha$1sum"; then "sha$1sum" -c "$2"; else shasum -a "$1" -c "$2"; fi 2>&1 | visible |
        awk -v due="$(awk 'END { print NR }' "$2")" '
            /: OK$/ { due--; next }
            /: FAILED open or read$/ { due--; bad = 1; next }
            sub(/: FAILED$/, "") { due--; bad = 1; if (!index(told, "\047" $0 "\047")) print "another hash is listed for " $0 ": the file was changed, or this list"; next }
            { bad = 1; sub(/^sha[0-9]*sum: /, ""); if (!/^WARNING: /) { print; told = told $0 } }
            END { if (due > 0) print "listed files that were not checked: " due; exit bad || due }'
}
digest() { if have sha256sum; then sha256sum; else shasum -a 256; fi | cut -c 1-64; }
listed() { [ ! -f "$1" ] || cut -c "$(($2 + 3))-" "$1" | visible; } # listed MANIFEST DIGITS: its names
manifest() { # manifest NAME BITS DIGITS
    [ -s "$1" ] || { fail "$1: missing or empty"; return; }
    bad=$(visible <"$1" | grep -Ev "^[0-9a-f]{$3}  [A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*$")
    [ -z "$bad" ] && [ -z "$(tail -c 1 "$1" | visible | tr -d '\n')" ] || { fail "$1: lines that are no manifest lines: $bad"; return; }
    listed "$1" "$3" | sort -c -u 2>/dev/null || { fail "$1: not sorted, or a name stands twice"; return; }
    bad=$(sums "$2" "$1") && pass "$1: all $(awk 'END { print NR }' "$1") files have the listed hash" || fail "$1: $bad"
}
manifest tagmanifest-sha256.txt 256 64
manifest tagmanifest-sha512.txt 512 128
manifest manifest-sha256.txt 256 64
manifest manifest-sha512.txt 512 128
for list in manifest tagmanifest; do
    [ "$(listed $list-sha256.txt 64)" = "$(listed $list-sha512.txt 128)" ] || fail "$list-sha256.txt and $list-sha512.txt do not list the same files"
done
tags='README-en.md README-zh.md bag-info.txt bagit.txt manifest-sha256.txt manifest-sha512.txt verify.sh'
[ "$(listed tagmanifest-sha256.txt 64 | tr '\n' ' ')" = "$tags " ] || fail "tagmanifest-sha256.txt: does not list exactly $tags"
foreign=$(listed manifest-sha256.txt 64 | grep -v '^data/')
[ -z "$foreign" ] || fail "manifest-sha256.txt: lists what is not under data/: $foreign"
[ "$([ ! -f bagit.txt ] || visible <bagit.txt)" = "BagIt-Version: 1.0
Tag-File-Character-Encoding: UTF-8" ] || fail 'bagit.txt: not the declaration of BagIt 1.0'

info=bag-info.txt
[ -s "$info" ] || { fail "$info: missing or empty"; info=/dev/null; }
said() { visible <"$info" | sed -n "s/^$1: //p"; }
bad=$(visible <"$info" | awk '!/^[A-Za-z0-9-]+: [^ ]/ || /[ \r]$/ || /[\001-\037\177]/ || (substr($0, 1, index($0, ":")) in seen) { print } { seen[substr($0, 1, index($0, ":"))] = 1 }')
[ -z "$bad" ] && pass "$info: each line is a label of its own" || fail "$info: lines that are no label of their own: $bad"
authorities=$(said Timestamp-Authorities | tr -d ' ' | tr ',' ' ')
unlisted=$(find . ! -name . | sed 's|^\./||' | awk -v expected="$(printf '%s' "$authorities" | sed 's/(pending)//g')" '
    function known_with_folders(name) { known[name] = 1; while (sub(/\/[^\/]*$/, "", name)) known[name] = 1 }
    BEGIN {
        split("manifest-sha256.txt tagmanifest-sha256.txt", lists, " ")
        for (i in lists) while ((getline line < lists[i]) > 0) known_with_folders(substr(line, 67))
        known["tagmanifest-sha256.txt"] = known["tagmanifest-sha512.txt"] = 1
        known_with_folders("signatures/tagmanifest-sha256.txt.ed25519"); known_with_folders("signatures/signer.pub.pem")
        for (count = split(expected, words, " "); count; count--) known_with_folders("timestamps/" words[count])
    }
    { stem = $0 }
    /^timestamps\// && sub(/\.(tsq|tsr|chain\.pem|json)$/, "", stem) { sub(/\.renewal-[0-9][0-9]?[0-9]?$/, "", stem) }
    !($0 in known && $0 !~ /^timestamps\//) && !(stem != $0 && stem in known) { print }')
hollow=$({ find . -type f; echo; find . -type d ! -name .; } | awk '
    $0 == "" { folders = 1; next }
    !folders { while (sub(/\/[^\/]*$/, "")) full[$0]; next }
    !($0 in full)')
[ -z "$hollow" ] && pass 'no empty folder' || fail "folders that no bundle has, because they are empty: $hollow"
[ -z "$unlisted" ] && pass 'no file or folder that is not listed' || fail "files or folders that are not listed: $unlisted"
oxum=$(find data -type f -exec wc -c {} + 2>/dev/null | awk '$2 != "total" { bytes += $1; files++ } END { printf "%.0f.%d", bytes, files }')
[ "$(said Payload-Oxum)" = "$oxum" ] && pass "Payload-Oxum $oxum" || fail "Payload-Oxum: found $oxum"
root=$(sed -n 's/.*"root":"\([0-9a-f]\{64\}\)".*/\1/p' data/log/tree-head.json 2>/dev/null)
[ -n "$root" ] && [ "$(said Log-Root-SHA256)" = "$root" ] && pass 'Log-Root-SHA256 is that of the tree head' || fail "Log-Root-SHA256: the tree head has ${root:-none}"

small() { [ -f "$1" ] && [ "$(wc -c <"$1")" -le 4194304 ]; } # nothing larger is handed to openssl
inner=signatures/signer.pub.pem trusted=signatures/signer.pub.pem openssl_works=
if ! have openssl; then
    skip 'signatures and timestamps: openssl is not installed'
elif ! openssl pkeyutl -help 2>&1 | grep -q rawin; then
    skip "signatures: openssl 3.0 or newer is needed, this is $(openssl version 2>&1)"
else
    openssl_works=yes
fi
print_of() { openssl pkey -pubin -in "$1" -outform DER 2>/dev/null | digest; }
signed() { # signed FILE SIGNATURE
    small "$2" && openssl pkeyutl -verify -pubin -inkey "$trusted" -rawin -in "$1" -sigfile "$2" >/dev/null 2>&1 &&
        pass "signature over $1" || fail "signature over $1"
}
if [ -n "$openssl_works" ]; then
    fingerprint=none
    # Ed25519 in plain PEM, which is always of this form; no other kind of key is tried.
    if [ "$(grep -c . "$inner" 2>/dev/null)" = 3 ] && grep -q '^MCowBQYDK2VwAyEA' "$inner"; then fingerprint=$(print_of "$inner"); fi
    [ "$(print_of "${key:-$inner}")" != "$fingerprint" ] || trusted=${key:-$inner}
    [ "$(said Signer-Fingerprint)" = "$fingerprint" ] && pass "Signer-Fingerprint is that of $inner" || fail "Signer-Fingerprint: $inner has $fingerprint"
    signed tagmanifest-sha256.txt signatures/tagmanifest-sha256.txt.ed25519
    signed data/log/tree-head.json data/log/tree-head.json.ed25519
    for seal in $(find data/warc data/log/begin \( -name '*.seal.json' -o -name '*.begin.json' \) 2>/dev/null | sort); do
        by=$(sed -n 's/.*"signer":"\([0-9a-f]\{64\}\)".*/\1/p' "$seal")
        if [ -n "$by" ] && [ "$by" != "$fingerprint" ]; then
            earlier=data/log/keys/$by.pub.pem # the ledger's copy; that one key signed over to the other is not for a shell
            if [ "$(grep -c . "$earlier" 2>/dev/null)" = 3 ] && grep -q '^MCowBQYDK2VwAyEA' "$earlier" && [ "$(print_of "$earlier")" = "$by" ]; then
                (trusted=$earlier; signed "$seal" "$seal.ed25519"; exit "$failed") || failed=1
                skip "that the key which sealed $seal was changed for the one here: titlewatch verify does it"
            else
                skip "signature over $seal: sealed with an earlier key, $by"
            fi
        else
            signed "$seal" "$seal.ed25519"
        fi
    done
    if [ -z "$key" ]; then
        skip "WHO THE SIGNER IS (give KEY): the signatures hold under the key in here only; its SHA-256 is $fingerprint"
    elif [ "$(print_of "$key")" = "$fingerprint" ]; then
        [ -n "$borrowed" ] || pass "the signer is the holder of $key"
    else
        fail "the bundle is signed with another key than $key, whose SHA-256 is $(print_of "$key"); if the collector changed keys: titlewatch verify follows a change of keys, this script does not"
    fi
fi

# The time of a reply as JSON has it and in seconds since 1970, from openssl's words: "Nov 22 14:15:47 2026 GMT".
moment() {
    awk '{ month = (index("JanFebMarAprMayJunJulAugSepOctNovDec", $1) + 2) / 3; split($3, clock, ":"); year = $4
        y = year - (month <= 2); m = month > 2 ? month - 3 : month + 9; era = int(y / 400); yoe = y - era * 400
        days = era * 146097 + yoe * 365 + int(yoe / 4) - int(yoe / 100) + int((153 * m + 2) / 5) + $2 - 1 - 719468
        printf "%04d-%02d-%02dT%02d:%02d:%02d %.0f\n", year, month, $2, clock[1], clock[2], int(clock[3]), days * 86400 + clock[1] * 3600 + clock[2] * 60 + int(clock[3]) }'
}
stamped() { # stamped AUTHORITY FILE STEM
    [ -f "$2" ] || { fail "timestamp of $1: $2, which it is over, is missing"; return; }
    for part in tsq tsr chain.pem json; do
        [ -s "$3.$part" ] && small "$3.$part" || { fail "timestamp of $1: $3.$part is missing, or unreasonably large"; return; }
    done
    text=$(openssl ts -reply -in "$3.tsr" -text 2>/dev/null | visible)
    imprint=$(printf '%s\n' "$text" | sed -n 's/^ *00[01]0 - \([0-9a-f -]\{47\}\).*/\1/p' | tr -dc 0-9a-f)
    [ "$imprint" = "$(digest <"$2")" ] || { fail "timestamp of $1: $3.tsr is over other data than $2"; return; }
    when=$(printf '%s\n' "$text" | sed -n 's/^Time stamp: //p')
    at=$(sed -n 's/.*"verify_attime":\([0-9]\{1,12\}\)[,}].*/\1/p' "$3.json")
    told=$(sed -n 's/.*"gen_time":"\([0-9T:-]*\)[0-9.]*Z".*/\1/p' "$3.json")
    set -- "$1" "$2" "$3" $(printf '%s\n' "$when" | moment)
    said="timestamp of $1 over $2: $4Z"
    [ "$told" = "$4" ] && [ "${at:-0}" -ge "$5" ] && [ "$at" -le "$(($5 + 7776000))" ] ||
        { fail "timestamp of $1: $3.json tells another time than $3.tsr: $told, $at"; return; }
    case $3 in timestamps/*)
        json=$(visible <"$3.json" | sed 's/"gen_time":"[^"]*","name":".*","reply_sha256"/"gen_time":,"reply_sha256"/; s/"verify_attime":[0-9]*}$/"verify_attime":}/')
        due=$(printf '{"authority":"%s","chain_sha256":"%s","gen_time":,"reply_sha256":"%s","request_sha256":"%s","subject":"%s","subject_sha256":"%s","verify_attime":}' \
            "$1" "$(digest <"$3.chain.pem")" "$(digest <"$3.tsr")" "$(digest <"$3.tsq")" "${2##*/}" "$(digest <"$2")")
        [ "$json" = "$due" ] || { fail "timestamp of $1: $3.json does not agree with $3.tsq, .tsr, .chain.pem and $2"; return; } ;;
    esac
    if ! openssl ts -help 2>&1 | grep -q attime; then
        skip "$said (imprint and time hold; this openssl cannot check who signed: 3.0 or newer is needed)"; return
    fi
    for against in "-data $2" "-queryfile $3.tsq"; do # the query carries the nonce
        # shellcheck disable=SC2086
        if [ -n "$roots" ]; then
            openssl ts -verify -attime "$at" $against -in "$3.tsr" -CAfile "$roots" -untrusted "$3.chain.pem" >/dev/null 2>&1
        else # without roots: signature, imprint and nonce hold under the certificate that came with it
            openssl ts -verify -attime "$at" $against -in "$3.tsr" -CAfile "$3.chain.pem" -partial_chain >/dev/null 2>&1
        fi || { fail "$said: request, reply and chain do not hold together$([ -n "$roots" ] && echo ' under ROOTS')"; return; }
    done
    [ -n "$roots" ] && pass "$said" || skip "$said (whose it is: give ROOTS)"
}
stamps() { # stamps AUTHORITY FILE STEM: the stamp and its renewals, each over the reply that it renews
    stamped "$@"
    renewed=$3.tsr
    for number in $(find "${3%/*}" -name "${3##*/}.renewal-*" 2>/dev/null | sed 's|.*\.renewal-\([0-9]*\)\..*|\1|' | sort -un); do
        stamped "$1" "$renewed" "$3.renewal-$number"
        renewed=$3.renewal-$number.tsr
    done
}
plain() { case $1 in *[!A-Za-z0-9._-]* | [!A-Za-z0-9]* | '') return 1 ;; esac; }
[ -n "$authorities" ] || fail 'Timestamp-Authorities: missing'
for word in $authorities; do
    late=${word%'(pending)'} # a stamp that was pending may have been fetched after the export
    if [ "$late" != "$word" ] && plain "$late" && [ -f "timestamps/$late.tsr" ]; then word=$late; fi
    case $word in
        none*) skip 'timestamps: UNSTAMPED, no authority was configured'; break ;;
        *'(pending)') skip "timestamp of ${word%(pending)}: PENDING at the time of export" ;;
        *)
            have openssl || { skip "timestamp of $word: openssl is needed"; continue; }
            plain "$word" || { fail "Timestamp-Authorities: $word is no authority's name"; continue; }
            stamps "$word" tagmanifest-sha256.txt "timestamps/$word"
            [ -n "$roots" ] && skip "timestamps/$word.json: the name in it (titlewatch verify does it)" ;;
    esac
done
if have openssl; then
    for reply in $(find data/warc data/log/begin \( -name '*.seal.json.*.tsr' -o -name '*.begin.json.*.tsr' \) 2>/dev/null | sort); do
        stem=${reply%.tsr}
        [ "${stem%.renewal-*}" = "$stem" ] || continue
        case $stem in *.seal.json.*) subject=${stem%.seal.json.*}.seal.json ;; *) subject=${stem%.begin.json.*}.begin.json ;; esac
        stamps "${stem#"$subject".}" "$subject" "$stem"
    done
fi
if have gzip; then
    for file in $(find data/warc -name '*.warc.gz' 2>/dev/null | sort); do
        # A member that inflates without end is stopped by the limit on the processor's time.
        (ulimit -t 600; gzip -t "$file") 2>/dev/null && pass "gzip -t $file" || fail "gzip -t $file"
    done
else skip 'gzip -t of data/warc: gzip is not installed'; fi
skip 'records against the ledger, inclusion proofs, exhibits against records: titlewatch verify does it (see README-en.md)'
finish
