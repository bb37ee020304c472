# The two commands of a fresh machine, and the checks that CI runs.
# Needs a Rust toolchain, Python 3.11 to 3.13 with venv, and make; no Docker, nothing running.

.PHONY: demo demo-experiment test check stop need-cargo

demo: need-cargo
	@localstack/demo

demo-experiment: need-cargo
	@localstack/demo-experiment

# The suite has servers of its own on free ports, and ends them. Its tests mostly wait for
# simulated rollouts, so more of them run at once than there are processors. Without MLflow the
# tests that need it say that they are skipped.
test: need-cargo
	@endpoint=$$(localstack/start --port 0) || exit 1; \
	trap 'localstack/stop --port "$${endpoint##*:}"' EXIT; \
	if mlflow=$$(mlflow/start --port 0); then \
		trap 'localstack/stop --port "$${endpoint##*:}"; mlflow/stop --port "$${mlflow##*:}"' EXIT; \
		export MLFLOW_TRACKING_URI="$$mlflow"; \
	fi; \
	AWS_ENDPOINT_URL="$$endpoint" RUST_TEST_THREADS=40 cargo test --locked

check: need-cargo
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings
	localstack/check
	mlflow/check

stop:
	@localstack/stop --all
	@mlflow/stop --all

need-cargo:
	@command -v cargo >/dev/null || { \
		echo "error: cargo was not found" >&2; \
		echo "hint: install Rust from https://rustup.rs, or with your package manager" >&2; \
		exit 1; }
