package main

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"postern/tickets/store"
)

// How long a machine that cannot read a mailbox keeps it from others that perhaps
// can, how long it leaves it to them then, in lengths of a lease, and how long it
// does not ask for it again.
const (
	ailsTooLong  = 10
	leftToOthers = 2
	notAskedFor  = time.Hour
)

// Machines share the mailboxes evenly. Whoever starts first takes what is free.
// Who has at least two fewer than another says by a lease of its own that it
// seeks one of that one's mailboxes; the other one stops reading it, gives it
// back, and leaves it alone until the seeker has it. Each such step brings the
// two nearer to each other and none is ever taken back, so that it comes to rest.

// seekLease stands before the name of a mailbox's lease: its holder wants to have
// that mailbox from the one who has it.
const seekLease = "seek:"

// errShared ends the reading of a mailbox that another machine gets.
var errShared = errors.New("another machine gets this mailbox")

func isMailbox(lease string) bool { return strings.HasPrefix(lease, mailboxLease) }

// overview is what the leases, as last looked at, say about the others.
type overview struct {
	holder map[string]string // by lease; the living only
	reads  map[string]int    // mailboxes, by machine
	alive  int               // machines
}

// overview needs the mutex. Of what is ours the terms know better than the last look.
func (k *keeper) overview() overview {
	o := overview{holder: map[string]string{}, reads: map[string]int{}}
	for _, h := range k.others {
		if h.Left <= 0 {
			continue
		}
		if h.Holder != k.name {
			o.holder[h.Name] = h.Holder
		}
		if strings.HasPrefix(h.Name, store.LifeOf("")) {
			o.alive++
		}
	}
	for name, t := range k.terms {
		if !t.given {
			o.holder[name] = k.name
		}
	}
	for name, holder := range o.holder {
		if isMailbox(name) {
			o.reads[holder]++
		}
	}
	return o
}

// choose names what is to be taken. What somebody seeks is left to him. When there
// are others, more than a fair share of the mailboxes is left to them for a round.
func (k *keeper) choose() (names []string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	o := k.overview()
	share := k.share(o.alive)
	spared := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(k.wanted)) {
		switch {
		case o.holder[name] != "" || k.terms[name] != nil || o.holder[seekLease+name] != "":
		case o.alive > 1 && time.Since(k.failed[name]) < leftToOthers*k.length:
		case !isMailbox(name):
			names = append(names, name)
		case share > 0 || k.spared[name]:
			names = append(names, name)
			share--
		default:
			spared[name] = true
		}
	}
	k.spared = spared
	return names
}

// share is how many more mailboxes are ours when each machine reads as many.
func (k *keeper) share(alive int) int {
	wanted, held := 0, 0
	for name := range k.wanted {
		if isMailbox(name) {
			wanted++
		}
	}
	for name := range k.terms {
		if isMailbox(name) {
			held++
		}
	}
	alive = max(alive, 1)
	return (wanted+alive-1)/alive - held
}

// even gives a mailbox to one who seeks it, or seeks one.
func (k *keeper) even(ctx context.Context) error {
	k.mu.Lock()
	given := k.give(k.overview())
	k.mu.Unlock()
	if given {
		return nil
	}
	return k.seek(ctx)
}

// give ends the reading of one mailbox that another machine should have; under
// gives the lease back when that is over. It needs the mutex.
func (k *keeper) give(o overview) bool {
	for name, ailing := range k.ailing {
		if t := k.terms[name]; t != nil && !t.given && o.alive > 1 && ailing() > ailsTooLong*k.length {
			k.failed[name] = time.Now()
			k.log.Warn("cannot read this mailbox: another machine may try", "lease", name)
			t.given = true
			t.end(errShared)
			return true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(k.terms)) {
		seeker := o.holder[seekLease+name]
		if !isMailbox(name) || seeker == "" || o.holder[store.LifeOf(seeker)] == "" || k.terms[name].given {
			continue
		}
		if o.reads[k.name] < o.reads[seeker]+2 {
			continue
		}
		k.log.Info("gives to a machine that reads fewer", "lease", name, "machine", seeker)
		k.terms[name].given = true
		k.terms[name].end(errShared)
		return true
	}
	return false
}

// seek asks for one mailbox when another machine reads at least two more, and
// asks no longer when it does not.
func (k *keeper) seek(ctx context.Context) error {
	k.mu.Lock()
	was, wish := k.seeking, k.wish()
	k.mu.Unlock()
	if wish == was {
		return nil
	}
	if was != "" {
		if err := k.store.Unlease(ctx, seekLease+was, k.name); err != nil {
			return err
		}
	}
	if wish != "" {
		_, held, err := k.store.Lease(ctx, seekLease+wish, k.name, k.length)
		if err != nil {
			return err
		}
		if !held {
			wish = "" // somebody was quicker
		}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.seeking, k.sought = wish, time.Now()
	return nil
}

// wish is the mailbox to seek, "" is none: one of the machine that reads most,
// and the same one as long as it has not come. It needs the mutex.
func (k *keeper) wish() string {
	o := k.overview()
	if name := k.seeking; name != "" && k.terms[name] == nil && o.holder[name] == "" {
		return name // given back, for us
	}
	var best []string
	for name := range k.wanted {
		from := o.holder[name]
		if isMailbox(name) && from != "" && from != k.name && o.reads[from] >= o.reads[k.name]+2 && o.holder[seekLease+name] == "" && time.Since(k.failed[name]) > notAskedFor {
			best = append(best, name)
		}
	}
	if slices.Contains(best, k.seeking) {
		return k.seeking
	}
	slices.SortFunc(best, func(a, b string) int {
		return cmp.Or(cmp.Compare(o.reads[o.holder[b]], o.reads[o.holder[a]]), cmp.Compare(a, b))
	})
	if len(best) == 0 {
		return ""
	}
	return best[0]
}

// isGiven tells whether a term ended because another machine gets the lease.
func (k *keeper) isGiven(t context.Context) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	own, is := t.(*tenure)
	return is && own.given
}
