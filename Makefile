# make run and make test each suffice on a fresh Debian 12 with Go, git, make and gcc.
export GOFLAGS := -tags=nodynamic -trimpath -buildvcs=false
export GOTOOLCHAIN := local

.PHONY: build run test lint bench setup clean

build: setup
	@scripts/cascades.sh
	CGO_ENABLED=0 go build -o bin/ ./cmd/unmask
	go build -o bin/ ./cmd/unmask-worker

run: build
	@scripts/demo.sh

test: lint
	go test -timeout 40m ./...

lint: build
	@test -z "$$(gofmt -l cmd forensics media models scripts)" || { gofmt -l cmd forensics media models scripts; echo "gofmt: the files above are not formatted"; exit 1; }
	go vet ./...
	go tool staticcheck ./...

bench: build
	go test -run '^$$' -bench . -benchmem ./...
	@scripts/bench.sh

setup:
	@scripts/setup.sh

clean:
	rm -rf bin demo
