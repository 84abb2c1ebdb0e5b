package store

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"
)

const (
	sentText  = 64 << 10 // bytes of a sent mail's text that its entry shows
	sentDepth = 3        // multiparts inside each other in what we render: signed, mixed, alternative
)

// sentRow is what an entry needs of a mail that left.
type sentRow struct {
	ticket, conversation    int64
	dedupe, messageID       string
	envelopeFrom, encryptTo string
	words                   string
	sealedWords, bytes      []byte
	sealed                  bool
}

const sentQuery = `
	SELECT o.ticket, o.conversation, o.dedupe, o.message_id, o.envelope_from, o.encrypt_to, o.words, o.sealed_words, o.sealed, r.data
	  FROM outbox o LEFT JOIN rendered r ON r.outgoing = o.id
	 WHERE o.id = $1`

func (o *sentRow) read(r scanner) error {
	var sealed int64
	err := r.Scan(&o.ticket, &o.conversation, &o.dedupe, &o.messageID, &o.envelopeFrom, &o.encryptTo,
		&o.words, &o.sealedWords, &sealed, &o.bytes)
	o.sealed = sealed == 1
	return err
}

// writeSent shows a mail that left, or may have left, as an entry of its
// conversation. A second attempt does not make a second entry.
func (s *Store) writeSent(ctx context.Context, t *tx, id int64, o sentRow) error {
	rendered, err := s.openBytes(o.dedupe, o.sealed, o.bytes)
	if err != nil && !errors.Is(err, errLost) {
		return fmt.Errorf("read outgoing mail %d: %w", id, err)
	}
	from, subject, text := readSent(rendered)
	if text == "" { // encrypted, for one: its words
		var w words
		if err := s.seal.load(wordsPlace(o.dedupe), o.words, o.sealedWords, &w); err != nil && !errors.Is(err, errLost) {
			return fmt.Errorf("read outgoing mail %d: %w", id, err)
		}
		text = w.Text
	}
	clear, sealed, err := s.seal.store(o.sealed, sentPlace(id), content{Text: clean(text)})
	if err != nil {
		return err
	}
	const insert = `
		INSERT INTO entries (outgoing, ticket, conversation, kind, author, subject, message_id, at, filed_at, encrypted, content, sealed)
		VALUES ($1, $2, $3, 'mail-out', $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT (outgoing) DO NOTHING`
	return t.later(ctx, insert, id, o.ticket, o.conversation, clean(cmp.Or(from, o.envelopeFrom)), clean(subject), o.messageID, t.at, t.at,
		bit(o.encryptTo != "[]"), clear, sealed)
}

func sentPlace(outgoing int64) string { return fmt.Sprintf("entries/out:%d/content", outgoing) }

// readSent reads a mail that we rendered ourselves: From, the outer subject,
// and its text unless it is encrypted. What cannot be read is left out.
func readSent(rendered []byte) (from, subject, text string) {
	m, err := mail.ReadMessage(bytes.NewReader(rendered))
	if err != nil {
		return "", "", ""
	}
	if a, err := mail.ParseAddress(m.Header.Get("From")); err == nil {
		from = a.Address
	}
	var words mime.WordDecoder
	if subject, err = words.DecodeHeader(m.Header.Get("Subject")); err != nil {
		subject = m.Header.Get("Subject")
	}
	return from, subject, plainText(m.Header.Get("Content-Type"), m.Header.Get("Content-Transfer-Encoding"), m.Body, sentDepth)
}

// plainText finds the first text/plain part.
func plainText(contentType, encoding string, body io.Reader, depth int) string {
	kind, params, err := mime.ParseMediaType(cmp.Or(contentType, "text/plain"))
	switch {
	case err != nil || depth == 0:
		return ""
	case kind == "text/plain":
		return decoded(encoding, body)
	case !strings.HasPrefix(kind, "multipart/") || kind == "multipart/encrypted":
		return ""
	}
	parts := multipart.NewReader(body, params["boundary"])
	for {
		part, err := parts.NextRawPart()
		if err != nil {
			return ""
		}
		text := plainText(part.Header.Get("Content-Type"), part.Header.Get("Content-Transfer-Encoding"), part, depth-1)
		if text != "" {
			return text
		}
	}
}

func decoded(encoding string, body io.Reader) string {
	switch strings.ToLower(encoding) {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	text, err := io.ReadAll(io.LimitReader(body, sentText))
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return ""
	}
	return strings.ReplaceAll(string(text), "\r\n", "\n")
}
