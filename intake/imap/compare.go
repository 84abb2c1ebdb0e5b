package imap

import (
	"context"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"slices"

	"postern/intake"
)

// Windows in which the ledger is asked, so that a folder of 100,000 mails, or
// one old mail beside a new one, never loads all rows of the past at once.
const (
	windowMails = 10_000
	windowGap   = 10_000
)

// maxGenerations bounds how often one server may start its numbering again
// under one UIDVALIDITY before a person has to look.
const maxGenerations = 1000

// generation is the UIDVALIDITY under which deliveries are recorded. It is the
// server's own, unless UIDs that the ledger knows under it now carry another
// size or INTERNALDATE: then the server has begun again without saying so
// (RFC 9051 section 2.3.1.1 forbids it, small servers do it), and everything
// belongs to generation 1 of that UIDVALIDITY, or 2, and so on: the first that
// contradicts nothing. The numbers are a fixed function of both, so that no
// further state is needed to find the generation again.
func generation(validity uint32, n int) uint32 {
	if n == 0 {
		return validity
	}
	hash := fnv.New32a()
	var bytes [8]byte
	binary.BigEndian.PutUint32(bytes[:4], validity)
	binary.BigEndian.PutUint32(bytes[4:], uint32(n))
	hash.Write(bytes[:]) // a hash never fails
	return max(hash.Sum32(), 1)
}

// difference is what a comparison of folder and ledger finds.
type difference struct {
	unknown  []listed // to be fetched
	known    []listed // still in the folder though the ledger has them
	conflict bool     // a known UID is another mail now
}

// compare merges two lists that ascend by UID.
func compare(folder []listed, ledger []intake.Known) difference {
	var d difference
	for _, mail := range folder {
		for len(ledger) > 0 && ledger[0].UID < mail.uid {
			ledger = ledger[1:]
		}
		switch {
		case len(ledger) == 0 || ledger[0].UID != mail.uid:
			d.unknown = append(d.unknown, mail)
		case contradicts(mail, ledger[0]):
			return difference{conflict: true}
		default:
			d.known = append(d.known, mail)
		}
	}
	return d
}

// contradicts: whole seconds are all that INTERNALDATE carries.
func contradicts(mail listed, row intake.Known) bool {
	otherSize := mail.size != row.Size
	dated := mail.at != 0 && !row.InternalDate.IsZero()
	otherDate := dated && mail.at != row.InternalDate.Unix()
	return otherSize || otherDate
}

// memory is the ledger as one reader asks it: in ranges where it can, else by
// loading what it knows, and not at all for UIDs above all it knew.
type memory struct {
	ledger intake.Ledger
	source string

	loaded   bool
	validity uint32 // of top
	top      uint32 // highest UID the ledger had when it was last read whole
}

// forget makes the next question reach the ledger: rows have been added since.
func (m *memory) forget() { m.loaded = false }

// between is what the ledger knows from first to last, both included.
func (m *memory) between(ctx context.Context, validity, first, last uint32) ([]intake.Known, error) {
	if ranged, ok := m.ledger.(intake.RangeLedger); ok {
		return ranged.KnownBetween(ctx, m.source, validity, first, last)
	}
	if m.loaded && m.validity == validity && first > m.top {
		return nil, nil
	}
	rows, err := m.ledger.Known(ctx, m.source, validity)
	if err != nil {
		return nil, err
	}
	m.loaded, m.validity, m.top = true, validity, 0
	if len(rows) > 0 {
		m.top = rows[len(rows)-1].UID
	}
	return cut(rows, first, last), nil
}

func cut(rows []intake.Known, first, last uint32) []intake.Known {
	from, _ := slices.BinarySearchFunc(rows, first, func(k intake.Known, uid uint32) int { return int(int64(k.UID) - int64(uid)) })
	to, found := slices.BinarySearchFunc(rows, last, func(k intake.Known, uid uint32) int { return int(int64(k.UID) - int64(uid)) })
	if found {
		to++
	}
	return rows[from:to]
}

// windows cuts a folder into runs that lie close enough together.
func (m *memory) windows(folder []listed) [][]listed {
	if _, ok := m.ledger.(intake.RangeLedger); !ok || len(folder) == 0 {
		return [][]listed{folder}
	}
	var runs [][]listed
	start := 0
	for i := 1; i < len(folder); i++ {
		if i-start >= windowMails || folder[i].uid-folder[i-1].uid > windowGap {
			runs, start = append(runs, folder[start:i]), i
		}
	}
	return append(runs, folder[start:])
}

// compareAll finds the difference under one recorded UIDVALIDITY.
func (m *memory) compareAll(ctx context.Context, validity uint32, folder []listed) (difference, error) {
	var all difference
	for _, run := range m.windows(folder) {
		if len(run) == 0 {
			continue
		}
		rows, err := m.between(ctx, validity, run[0].uid, run[len(run)-1].uid)
		if err != nil {
			return difference{}, trouble(KindLedger, "ask the ledger what it knows", err)
		}
		part := compare(run, rows)
		if part.conflict {
			return part, nil
		}
		all.unknown = append(all.unknown, part.unknown...)
		all.known = append(all.known, part.known...)
	}
	return all, nil
}

// settle finds the generation that fits a folder, from the given one on.
func (m *memory) settle(ctx context.Context, validity uint32, from int, folder []listed) (int, difference, error) {
	for n := from; n < from+maxGenerations; n++ {
		d, err := m.compareAll(ctx, generation(validity, n), folder)
		if err != nil || !d.conflict {
			return n, d, err
		}
	}
	return 0, difference{}, trouble(KindProtocol, "compare the folder with the ledger",
		fmt.Errorf("the server has numbered its mails anew more than %d times under UIDVALIDITY %d", maxGenerations, validity))
}
