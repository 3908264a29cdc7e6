#!/usr/bin/env bash
# Leaves .venv/bin/titlewatch with every extra, and the system packages that pictures and PDFs need.
# Runs again without harm; asks for nothing; says in one line what it could not install.
set -euo pipefail
cd "$(dirname "$0")"
say() { printf 'setup: %s\n' "$*" >&2; }

python=""
for candidate in python3.13 python3.12 python3.11 python3; do
  if command -v "$candidate" >/dev/null && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    python=$candidate
    break
  fi
done
[ -n "$python" ] || { say "Python 3.11 or newer is missing; install python3"; exit 4; }

wanted=""
need() { case " $wanted " in *" $1 "*) ;; *) wanted="$wanted $1" ;; esac; }
command -v openssl >/dev/null || need openssl
browser=""
for name in chromium chromium-browser google-chrome google-chrome-stable; do
  if command -v "$name" >/dev/null; then browser=$name; break; fi
done
[ -n "$browser" ] || need chromium
if ! command -v fc-list >/dev/null || [ -z "$(fc-list ':lang=zh' file 2>/dev/null | head -n 1)" ]; then
  need fonts-noto-cjk
  need fontconfig
fi
has_library() { ldconfig -p 2>/dev/null | grep -q "$1" || /sbin/ldconfig -p 2>/dev/null | grep -q "$1"; }
has_library libpango-1.0.so.0 || need libpango-1.0-0
has_library libpangoft2-1.0.so.0 || need libpangoft2-1.0-0
has_library libharfbuzz-subset.so.0 || need libharfbuzz-subset0
# The browser's driver that comes with Playwright is linked against it.
has_library libatomic.so.1 || need libatomic1
have_uv() { command -v uv >/dev/null; }
have_pip() { "$python" -m pip --version >/dev/null 2>&1; }
have_venv() { "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; }
if ! have_uv && [ ! -x .venv/bin/uv ]; then
  have_pip || need python3-pip
  have_venv || need python3-venv
fi

if [ -n "$wanted" ]; then
  root=""
  if [ "$(id -u)" != 0 ]; then
    if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then root="sudo -n"; else root=none; fi
  fi
  if command -v apt-get >/dev/null && [ "$root" != none ]; then
    say "installing system packages:$wanted"
    # shellcheck disable=SC2086
    { $root apt-get update -qq && $root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $wanted; } \
      >/tmp/titlewatch-setup.$$.log 2>&1 || { say "some system packages could not be installed; see /tmp/titlewatch-setup.$$.log"; }
  else
    say "please install:$wanted (without chromium no pictures, without libpango no PDF, without fonts-noto-cjk no Chinese in them)"
  fi
fi

if have_uv; then
  uv=(uv)
elif [ -x .venv/bin/uv ]; then
  uv=(.venv/bin/uv)
elif have_venv; then
  [ -x .venv/bin/python ] || "$python" -m venv .venv
  .venv/bin/python -m pip install --quiet uv
  uv=(.venv/bin/uv)
elif have_pip; then
  "$python" -m pip install --quiet --user uv || "$python" -m pip install --quiet --user --break-system-packages uv
  uv=("$python" -m uv)
else
  say "neither uv nor pip nor venv is there; install python3-pip and python3-venv"
  exit 4
fi

[ -x .venv/bin/python ] || "${uv[@]}" venv --quiet --python "$python" .venv
stamp=$(cat requirements.lock pyproject.toml | sha256sum)
if [ "$(cat .venv/.setup-done 2>/dev/null)" != "$stamp" ] || [ ! -x .venv/bin/titlewatch ]; then
  say "installing the locked environment"
  "${uv[@]}" pip install --quiet --python .venv/bin/python --require-hashes -r requirements.lock
  "${uv[@]}" pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation -e .
  printf '%s' "$stamp" > .venv/.setup-done
fi

if [ -z "$browser" ]; then
  for name in chromium chromium-browser google-chrome google-chrome-stable; do
    if command -v "$name" >/dev/null; then browser=$name; break; fi
  done
fi
if [ -z "$browser" ] && ! .venv/bin/python -m playwright install chromium >/dev/null 2>&1; then
  say "no Chromium was found or could be installed: hits will be recorded without pictures"
fi
