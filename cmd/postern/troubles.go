package main

import (
	"context"
	"errors"
	"log/slog"
)

// troubles is the memory of work that is done again and again: rounds are a second
// apart, and a full disk stays full all night.
type troubles struct {
	log  *slog.Logger
	last map[string]string // the last error of each kind of work, "" is none
}

func newTroubles(log *slog.Logger) troubles {
	return troubles{log: log, last: map[string]string{}}
}

// trouble logs a failure when it begins, when it changes and when it is over.
func (t troubles) trouble(doing string, err error) {
	if errors.Is(err, context.Canceled) {
		return
	}
	words := ""
	if err != nil {
		words = err.Error()
	}
	switch {
	case words == t.last[doing]:
		return
	case err != nil:
		t.log.Error("trouble while "+doing, "error", err)
	default:
		t.log.Info("no more trouble while " + doing)
	}
	t.last[doing] = words
}
