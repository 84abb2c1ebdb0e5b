package main

import (
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// release is the version that is being made; the build adds what it was made from.
const release = "0.1.0"

func (p *program) version() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Show which Postern this is",
		RunE: func(*cobra.Command, []string) error {
			if p.json {
				return json.NewEncoder(p.out).Encode(map[string]string{"version": release, "commit": commit(), "go": runtime.Version()})
			}
			words := "postern " + release
			if from := commit(); from != unknown {
				words += " " + from
			}
			_, err := fmt.Fprintf(p.out, "%s (%s)\n", words, runtime.Version())
			return err
		},
	}
}

const unknown = "unknown"

// commit is the revision the binary was built from, "unknown" outside a checkout.
func commit() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return unknown
	}
	revision, dirty := unknown, ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			revision = s.Value[:min(12, len(s.Value))]
		case s.Key == "vcs.modified" && s.Value == "true":
			dirty = "+changes"
		}
	}
	return revision + dirty
}
