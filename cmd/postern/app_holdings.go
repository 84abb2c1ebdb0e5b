package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"postern/tickets/desk"
	"postern/tickets/store"
)

// forgetMailbox is how long a mailbox that no machine reads is spoken of: then
// somebody has meant it.
const forgetMailbox = 7 * 24 * time.Hour

// stateElsewhere is that of a mailbox which another machine reads.
const stateElsewhere = "elsewhere"

// holdings tells who works on the database and who does what.
func (a *App) holdings(f *desk.Figures) {
	f.Machine, f.Lacking = a.keeper.name, a.keeper.lacking()
	list, age := a.keeper.seen()
	holder := map[string]string{}
	for _, h := range list {
		h.Left -= age
		if h.Left > 0 {
			holder[h.Name] = h.Holder
		}
		switch name, of := strings.CutPrefix(h.Name, mailboxLease); {
		case strings.HasPrefix(h.Name, store.LifeOf("")):
			if h.Left > 0 {
				f.Machines = append(f.Machines, h.Holder)
			}
		case strings.HasPrefix(h.Name, seekLease), strings.HasPrefix(h.Name, opensLease):
		case !of:
			f.Leases = append(f.Leases, desk.Lease{Name: h.Name, Holder: holder[h.Name]})
		case h.Left <= 0 && h.Missed && -h.Left < forgetMailbox:
			f.Nobody = append(f.Nobody, desk.Nobody{Source: name, For: -h.Left})
		}
	}
	for _, p := range a.posts {
		f.Mailboxes = append(f.Mailboxes, p.figures(holder[p.lease]))
	}
}

// figures is how the folder is, as far as this machine knows.
func (p *post) figures(holder string) desk.Mailbox {
	s, here := p.status()
	m := desk.Mailbox{Name: s.Mailbox.Name, Folder: p.options.Folder, Received: s.Received, Holder: holder, Here: here, State: stateElsewhere}
	if !here && holder != "" {
		return m
	}
	m.State, m.Since, m.Error, m.Retry, m.LastCycle, m.Lagging = s.State, s.Since, withHint(s.LastError), s.Retry, s.LastCycle, s.Lagging
	return m
}

// tellMachines says who works on the database, and which mailbox each of them reads.
func (p *program) tellMachines(ctx context.Context, s *store.Store) error {
	list, err := s.Leases(ctx)
	if err != nil {
		return err
	}
	for _, h := range list {
		source, of := strings.CutPrefix(h.Name, mailboxLease)
		switch {
		case h.Left > 0 && strings.HasPrefix(h.Name, store.LifeOf("")):
			fmt.Fprintf(p.err, "at work: %s\n", h.Holder)
		case h.Left > 0 && of:
			fmt.Fprintf(p.err, "%s is read by %s\n", source, h.Holder)
		case of && h.Missed && -h.Left < forgetMailbox:
			fmt.Fprintf(p.err, "%s is read by nobody since %s\n", source, p.now().Add(h.Left).UTC().Format(time.RFC3339))
		}
	}
	return nil
}
