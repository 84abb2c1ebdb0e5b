# Two commands are enough: `make run` shows the main job, `make test` proves it.

GO      ?= go
SOAK    ?= 2000
KILLS   ?= 40
CLUSTER ?= 10000
PAUSES  ?= 10
SEED    ?= $(shell date +%s)

.PHONY: all build run test check unit end-to-end fuzz-short fuzz soak bench install-test-servers clean

all: build

build:
	CGO_ENABLED=0 $(GO) build -o bin/postern ./cmd/postern

# The demo: servers in the process, sample mail of all kinds, a temporary folder.
run: build
	./bin/postern demo

# Everything, with the seconds of each stage.
test:
	@bash testdata/scripts/stages.sh install-test-servers check unit end-to-end fuzz-short

install-test-servers:
	@bash testdata/scripts/install-test-servers.sh

# What needs no server: format, vet, staticcheck, pinned versions.
check:
	@bash testdata/scripts/check.sh

# Unit, golden and contract tests, with the race detector; the longest first. It
# leaves out SQLite's own code, which C-to-Go translation made: watched, it takes three
# times as long, and what we share with it passes through its calls.
unit:
	$(GO) test -race -gcflags=modernc.org/sqlite/lib=-race=false -timeout 10m ./tickets/store ./parser/pgp $$($(GO) list ./... | grep -v /cmd/) ./testdata

# The whole program on the memory servers and on Dovecot and Postfix, with kills;
# and what the race detector would falsify.
end-to-end:
	$(GO) test -timeout 12m ./cmd/...
	$(GO) test -run 'LittleMemory|HostileMail' ./parser

# Every fuzz target: its corpus and 2,000 executions.
fuzz-short:
	@bash testdata/scripts/fuzz.sh 2000x

fuzz:
	@bash testdata/scripts/fuzz.sh 20s

# Thousands of mails on a real Dovecot under random kills: one machine, then three
# on one PostgreSQL that are killed and paused.
soak:
	POSTERN_SOAK_SEED=$(SEED) POSTERN_SOAK_MAILS=$(SOAK) POSTERN_SOAK_KILLS=$(KILLS) \
		$(GO) test -count=1 -timeout 60m -v -run '^TestSoak$$' ./cmd/postern
	POSTERN_SOAK_SEED=$(SEED) POSTERN_CLUSTER_MAILS=$(CLUSTER) POSTERN_CLUSTER_KILLS=30 POSTERN_CLUSTER_PAUSES=$(PAUSES) \
		$(GO) test -count=1 -timeout 60m -v -run '^TestClusterSoak$$' ./cmd/postern

# Mails a second and CPU a mail: the parser beside a bare walk over the parts, the
# whole program beside a bare pipe, each pair in the same run.
bench:
	$(GO) test -run '^$$' -bench '^BenchmarkParse$$' ./parser
	$(GO) test -run '^$$' -bench '^BenchmarkOpen$$' ./parser/pgp
	$(GO) test -timeout 30m -run '^$$' -bench '^BenchmarkProgram$$' -benchtime 1x ./cmd/postern

clean:
	rm -rf bin
