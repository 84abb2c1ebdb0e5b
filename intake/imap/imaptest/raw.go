package imaptest

import (
	"bytes"
	"io"
	"sync"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
)

// rawMails keeps the exact bytes of every mail beside the memory server, which
// parses a header before it gives a body out: of a mail whose header is broken
// it would send nothing at all, and broken mail is what we are here for.
type rawMails struct {
	mu    sync.Mutex
	bytes map[place][]byte
}

// place is where a mail lies. A UIDVALIDITY belongs to one folder of a user.
type place struct {
	user     string
	validity uint32
	uid      imap.UID
}

func (r *rawMails) keep(user string, at *imap.AppendData, raw []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.bytes[place{user, at.UIDValidity, at.UID}] = raw
}

func (r *rawMails) get(p place) ([]byte, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	raw, ok := r.bytes[p]
	return raw, ok
}

// copied notes the places of copies. Both sets are in the same order.
func (r *rawMails) copied(user string, from uint32, data *imap.CopyData) {
	sources, ok := data.SourceUIDs.Nums()
	targets, also := data.DestUIDs.Nums()
	if !ok || !also || len(sources) != len(targets) {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, uid := range sources {
		if raw, ok := r.bytes[place{user, from, uid}]; ok {
			r.bytes[place{user, data.UIDValidity, targets[i]}] = raw
		}
	}
}

// Select implements imapserver.Session.
func (s *session) Select(name string, options *imap.SelectOptions) (*imap.SelectData, error) {
	data, err := s.UserSession.Select(name, options)
	if err == nil {
		s.validity = data.UIDValidity
	}
	return data, err
}

// Append implements imapserver.Session.
func (s *session) Append(folder string, r imap.LiteralReader, options *imap.AppendOptions) (*imap.AppendData, error) {
	raw, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	data, err := s.UserSession.Append(folder, bytes.NewReader(raw), options)
	if err == nil {
		s.server.raw.keep(s.name, data, raw)
		s.server.announce()
	}
	return data, err
}

// Copy implements imapserver.Session.
func (s *session) Copy(set imap.NumSet, folder string) (*imap.CopyData, error) {
	data, err := s.UserSession.Copy(set, folder)
	if err == nil {
		s.server.raw.copied(s.name, s.validity, data)
	}
	return data, err
}

// Fetch implements imapserver.Session. Whole bodies come from the bytes as they
// were delivered; everything else, and a mail that came in by the inner door,
// is the library's.
func (s *session) Fetch(w *imapserver.FetchWriter, set imap.NumSet, options *imap.FetchOptions) error {
	section, ok := wholeBody(options)
	if !ok {
		return s.UserSession.Fetch(w, set, options)
	}
	uids, numbers, err := s.resolve(set)
	if err != nil {
		return err
	}
	for i, uid := range uids {
		raw, ok := s.server.raw.get(place{s.name, s.validity, uid})
		if !ok {
			if err := s.UserSession.Fetch(w, imap.UIDSetNum(uid), options); err != nil {
				return err
			}
			continue
		}
		if err := writeBody(w.CreateMessage(numbers[i]), uid, section, raw); err != nil {
			return err
		}
	}
	return nil
}

// wholeBody tells whether nothing but UID and one whole mail, or a piece of it, is wanted.
func wholeBody(o *imap.FetchOptions) (*imap.FetchItemBodySection, bool) {
	if len(o.BodySection) != 1 || o.Flags || o.Envelope || o.InternalDate || o.RFC822Size || o.BodyStructure != nil {
		return nil, false
	}
	b := o.BodySection[0]
	whole := b.Peek && b.Specifier == imap.PartSpecifierNone && len(b.Part)+len(b.HeaderFields)+len(b.HeaderFieldsNot) == 0
	return b, whole
}

// resolve gives UIDs and sequence numbers of a set, in the same order.
func (s *session) resolve(set imap.NumSet) ([]imap.UID, []uint32, error) {
	criteria := func() *imap.SearchCriteria {
		switch set := set.(type) {
		case imap.UIDSet:
			return &imap.SearchCriteria{UID: []imap.UIDSet{set}}
		case imap.SeqSet:
			return &imap.SearchCriteria{SeqNum: []imap.SeqSet{set}}
		}
		return &imap.SearchCriteria{}
	}
	byUID, err := s.Search(imapserver.NumKindUID, criteria(), &imap.SearchOptions{ReturnAll: true})
	if err != nil {
		return nil, nil, err
	}
	bySeq, err := s.Search(imapserver.NumKindSeq, criteria(), &imap.SearchOptions{ReturnAll: true})
	if err != nil {
		return nil, nil, err
	}
	uids, numbers := byUID.AllUIDs(), bySeq.AllSeqNums()
	return uids[:min(len(uids), len(numbers))], numbers, nil
}

func writeBody(m *imapserver.FetchResponseWriter, uid imap.UID, section *imap.FetchItemBodySection, raw []byte) error {
	if p := section.Partial; p != nil {
		from := min(max(p.Offset, 0), int64(len(raw)))
		raw = raw[from : from+min(max(p.Size, 0), int64(len(raw))-from)]
	}
	m.WriteUID(uid)
	literal := m.WriteBodySection(section, int64(len(raw)))
	if _, err := literal.Write(raw); err != nil {
		return err
	}
	if err := literal.Close(); err != nil {
		return err
	}
	return m.Close()
}
