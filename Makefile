# The two commands of a fresh machine, and the checks that CI runs.
# Needs a Rust toolchain, Python 3.11 to 3.13 with venv, and make; no Docker, nothing running.

.PHONY: demo demo-experiment test check check-rust check-localstack check-mlflow check-benches build-tests \
	properties bench-fleet bench-fleet-virtual bench-peers bench-experiment bench-verdicts bench-verify bench-verify-time report-seen \
	check-dependencies static stop need-cargo

demo: need-cargo
	@localstack/demo

demo-experiment: need-cargo
	@localstack/demo-experiment

test: need-cargo
	@tests/run

# The four take turns where they share something, so that `make -j3 check` runs them side by side.
check: check-rust check-localstack check-mlflow check-benches

check-rust: need-cargo
	cargo fmt --all --check
	cargo clippy --locked --all-targets -- -D warnings

check-localstack:
	localstack/check

check-mlflow:
	mlflow/check

check-benches:
	benches/check

# All that `make test` compiles.
build-tests: check-rust
	cargo test --locked --no-run

# Properties on inputs that nobody has drawn yet: by hand, since it takes minutes.
properties: need-cargo
	PROPTEST_RNG_SEED=$$(date +%s) PROPTEST_CASES=2000 PROPTEST_MAX_GLOBAL_REJECTS=1000000 \
		cargo test --locked --release --lib

# Both take long at AWS's own rates, and have options: make bench-fleet OPTIONS='--scenario changed'
bench-fleet: need-cargo
	cargo build --locked --release
	benches/fleet/run $(OPTIONS)

# Up to 10,000 services on a clock that is skipped ahead.
bench-fleet-virtual: need-cargo
	cargo bench --locked --bench fleet_virtual

bench-peers: need-cargo
	cargo build --locked --release
	benches/peers/run $(OPTIONS)

# How much sooner verify finds what ECS lets fail: the table of docs/verify.md.
bench-verify: need-cargo
	@endpoint=$$(localstack/start --port 0) && \
		AWS_ENDPOINT_URL=$$endpoint cargo test --locked --test localstack spared -- --ignored; \
		localstack/stop --port $${endpoint##*:}
	@cat target/verify-table.md

# How long verify takes over many services, at 100 ms a call.
bench-verify-time: need-cargo
	cargo build --locked --release
	benches/verify/run $(OPTIONS)

# Reports of experiments in a real browser, which it installs on Debian.
report-seen: need-cargo
	@tests/browser/run

# Minutes, and with more runs hours: make bench-experiment OPTIONS='requests 2000'
bench-experiment: need-cargo
	cargo run --locked --quiet --profile simulation -p mlship-stats --example experiment -- $(OPTIONS)

# Whole experiments rather than one rule: make bench-verdicts OPTIONS='2000'
bench-verdicts: need-cargo
	cargo run --locked --quiet --profile simulation -p mlship-core --example verdicts -- $(OPTIONS)

# Licences, sources and bans of what is linked; advisories where their database can be fetched, and
# says so where not. Needs cargo-deny.
check-dependencies: need-cargo
	release/dependencies

# The program as a release has it, and a first deploy with it. Minutes; installs musl-tools on Debian.
static: need-cargo
	release/static

stop:
	@localstack/stop --all
	@mlflow/stop --all

need-cargo:
	@command -v cargo >/dev/null || { \
		echo "error: cargo was not found" >&2; \
		echo "hint: install Rust from https://rustup.rs, or with your package manager" >&2; \
		exit 1; }
