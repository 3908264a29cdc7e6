# make demo and make test each do all set-up on a fresh Debian 12 machine with git, make and Python 3.11+.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup demo test test-sites lint bench lock clean

help:
	@echo "make demo    set up, then run the whole story on practice sites: ends with the report and the bundle"
	@echo "make test    set up, then run the whole test suite"
	@echo "make test-sites  the tests that start WordPress with MariaDB, and calibre, where they are installed"
	@echo "make setup   leave .venv/bin/titlewatch with every extra"
	@echo "make lint    formatting, types, layers"
	@echo "make bench   measure speed, as ratios within one run"
	@echo "make lock    compile requirements.lock anew from pyproject.toml"

setup:
	@bash setup.sh

demo: setup
	@.venv/bin/titlewatch demo demo

test: setup
	@.venv/bin/python -m pytest -n 2 --dist=worksteal

test-sites: setup
	@.venv/bin/python -m pytest -m sites -rs tests/sites

lint: setup
	@.venv/bin/ruff check . && .venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports

bench: setup
	@for each in bench/*.py; do .venv/bin/python $$each; done

lock:
	@.venv/bin/python -m uv --version >/dev/null 2>&1 && UV=".venv/bin/python -m uv" || UV=uv; \
	$$UV pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
	  --no-emit-find-links --no-annotate --extra all --group dev pyproject.toml -o requirements.lock

clean:
	rm -rf demo dist .venv
