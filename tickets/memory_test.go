package tickets_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"postern/tickets"
)

// memory is a FilingStore in memory that keeps its contract and fails on command.
type memory struct {
	mu     sync.Mutex
	mails  []*row
	filed  []int64            // mails in the order they were filed
	causes map[int64][]string // of Fail
	most   int                // mails claimed at a time
	alone  map[int64]bool     // claimed when nothing else was in flight
	events []string           // calls, in order
	faults map[string][]error // by method: errors of the next calls, nil is none
	data   map[int64]error    // a mail's own fault in File
	hold   chan struct{}      // File waits for it when set
	judged map[int64]string   // match by mail
	raws   map[int64]int      // Raw calls by mail
	opened int                // raw mails not closed
}

type row struct {
	claim tickets.Claim
	state string
}

func newMemory(mails int) *memory {
	m := &memory{
		causes: map[int64][]string{}, alone: map[int64]bool{}, faults: map[string][]error{},
		data: map[int64]error{}, judged: map[int64]string{}, raws: map[int64]int{},
	}
	for i := range mails {
		m.add(int64(i+1), 0)
	}
	return m
}

func (m *memory) add(mail int64, tries int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.mails = append(m.mails, &row{tickets.Claim{
		Mail: mail, SHA256: fmt.Sprint(mail), Size: 1000, Mailbox: "csirt", Tries: tries, Suspect: tries > 0, ReceivedAt: time.Now(),
	}, "received"})
}

func (m *memory) fault(method string) error {
	m.events = append(m.events, method)
	if len(m.faults[method]) == 0 {
		return nil
	}
	err := m.faults[method][0]
	m.faults[method] = m.faults[method][1:]
	return err
}

func (m *memory) Claim(_ context.Context, _ string, n int) ([]tickets.Claim, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.fault("claim"); err != nil {
		return nil, err
	}
	var claims []tickets.Claim
	for _, r := range m.mails {
		suspect := r.claim.Suspect
		if r.state != "received" || len(claims) == n || suspect && len(claims) > 0 {
			continue
		}
		r.state = "claimed"
		r.claim.Token++
		claims = append(claims, r.claim)
		if suspect {
			break
		}
	}
	m.most = max(m.most, m.count("claimed"))
	return claims, nil
}

func (m *memory) count(state string) (n int) {
	for _, r := range m.mails {
		if r.state == state {
			n++
		}
	}
	return n
}

func (m *memory) find(mail int64) *row {
	return m.mails[slices.IndexFunc(m.mails, func(r *row) bool { return r.claim.Mail == mail })]
}

type rawBytes struct {
	*bytes.Reader
	m    *memory
	mail int64
}

func (r rawBytes) ReadAt(p []byte, offset int64) (int, error) {
	r.m.mu.Lock()
	defer r.m.mu.Unlock()
	if err := r.m.fault(fmt.Sprint("read ", r.mail)); err != nil {
		return 0, err
	}
	return r.Reader.ReadAt(p, offset)
}

func (r rawBytes) Close() error {
	r.m.mu.Lock()
	defer r.m.mu.Unlock()
	r.m.opened--
	return nil
}

func (m *memory) Raw(_ context.Context, mail int64) (tickets.Raw, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.raws[mail]++
	if err := m.fault(fmt.Sprint("raw ", mail)); err != nil {
		return nil, err
	}
	m.alone[mail] = m.count("claimed") == 1
	m.opened++
	return rawBytes{bytes.NewReader(fmt.Append(nil, mail)), m, mail}, nil
}

func (m *memory) File(ctx context.Context, batch []tickets.Filing, judge tickets.Judge) ([]tickets.Filed, error) {
	m.mu.Lock()
	hold := m.hold
	m.mu.Unlock()
	if hold != nil {
		select {
		case <-hold:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.fault("file"); err != nil {
		return nil, err
	}
	var filed []tickets.Filed
	for _, f := range batch {
		filed = append(filed, m.fileOne(f, judge))
	}
	return filed, nil
}

func (m *memory) fileOne(f tickets.Filing, judge tickets.Judge) tickets.Filed {
	one := tickets.Filed{Mail: f.Claim.Mail}
	r := m.find(f.Claim.Mail)
	switch {
	case r.state == "filed":
		return one
	case r.state != "claimed" || r.claim.Token != f.Claim.Token:
		one.Err = tickets.ErrFence
		return one
	case m.data[f.Claim.Mail] != nil:
		one.Err = m.data[f.Claim.Mail]
		return one
	}
	d := judge(f, tickets.Evidence{})
	m.judged[f.Claim.Mail], one.Match = d.Match, d.Match
	r.state = "filed"
	m.filed = append(m.filed, f.Claim.Mail)
	return one
}

func (m *memory) Fail(_ context.Context, c tickets.Claim, cause string) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.fault("fail"); err != nil {
		return false, err
	}
	r := m.find(c.Mail)
	if r.state != "claimed" || r.claim.Token != c.Token {
		return false, tickets.ErrFence
	}
	m.causes[c.Mail] = append(m.causes[c.Mail], cause)
	r.claim.Tries++
	r.claim.Suspect = true
	r.state = "received"
	if r.claim.Tries >= tickets.MaxTries {
		r.state = "held"
	}
	return r.state == "held", nil
}

func (m *memory) Release(_ context.Context, claims []tickets.Claim) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.fault("release"); err != nil {
		return err
	}
	for _, c := range claims {
		if r := m.find(c.Mail); r.state == "claimed" && r.claim.Token == c.Token {
			r.state = "received"
		}
	}
	return nil
}

// states is how many mails are in each state.
func (m *memory) states() map[string]int {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := map[string]int{}
	for _, r := range m.mails {
		all[r.state]++
	}
	return all
}
