package pgp

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"

	"github.com/ProtonMail/go-crypto/openpgp"
	pgperrors "github.com/ProtonMail/go-crypto/openpgp/errors"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
)

// Limits on what one message may hold. Each is far above what any mail has and
// far below what would cost noticeable time or memory.
const (
	maxRecipients = 256 // session key packets looked at
	maxSignatures = 16  // signatures judged on one text
	maxNesting    = 4   // compressed inside compressed
	maxPackets    = 128 // packets around the text
)

// Limits on what one mail may cost, all its messages together.
const (
	maxAttempts = 128 // secret key operations, some milliseconds each
	maxMessages = 256 // messages and signed texts opened
	maxJudged   = 64  // signatures
	maxReasons  = 16  // different reasons why something stayed closed
)

// budget is what is left of one mail's limits.
type budget struct {
	plain    int64 // bytes that may still come out of messages
	attempts int   // secret key operations
	messages int

	unprotected bool // encryption that does not show changes may be read
}

// spend takes the cost of one message from the budget. What a bomb unpacked
// before it was refused counts too, or many small ones would be a large one.
func (b *budget) spend(m *message) {
	b.plain = max(0, b.plain-max(m.unpacked, int64(len(m.plain))))
}

// slack is what may come out of decompression beside the text: packet headers
// and signatures.
const slack = 256 << 10

var (
	errNotProtected = errors.New("it has no integrity protection, so anybody may have changed it; it was refused")
	errDamaged      = errors.New("it is damaged or was changed on the way")
	errTooLarge     = errors.New("more comes out of it than is allowed")
	errNoMessage    = errors.New("it holds no OpenPGP message")
	errNoKey        = errors.New("none of our keys opens it")
	errTooMuchWork  = errors.New("more of our keys would have to be tried than is allowed for one mail")

	errTooManyRecipients = errors.New("it is made for more recipients than are looked at")
	errTooManyPackets    = errors.New("it is made of more pieces than any mail program writes")
	errTooDeep           = errors.New("it is compressed again and again, which no mail program does")
)

// message is one OpenPGP message as read (RFC 9580 section 10.3).
type message struct {
	encrypted   bool
	clear       bool     // certainly not encrypted
	unprotected bool     // encrypted in a way that does not show changes
	symmetric   bool     // a passphrase would open it
	hidden      bool     // at least one recipient is not named
	strange     bool     // at least one recipient is named in a way that we do not read
	recipients  []uint64 // key IDs named, in order
	name        string   // of the file, as its sender had it; "" when not told
	size        int64    // probable length of the text
	unpacked    int64    // bytes that came out of decompression
	plain       []byte
	signatures  signatures
	announced   []uint64 // key IDs that were said to sign, before the text
}

// readMessage reads a message to its very end. Only after nil may anything of
// it be used: the plain text is complete then and what protects its integrity
// has been checked (RFC 9580 section 13.8). After an error the message still
// tells whether it was encrypted and to whom. What it costs is taken from left;
// size is how long the text will probably be.
//
// This is go-crypto's ReadMessage with its packets counted: that function
// keeps every signature a stranger puts behind the text, and names no
// recipients when no key fits.
func (k *keys) readMessage(ctx context.Context, r io.Reader, size int64, left *budget) (*message, error) {
	m := &message{size: size}
	outer := packet.NewReader(&patient{ended: ctx.Err, r: r})
	sealed, envelopes, first, err := m.readEnvelopes(outer)
	if err == nil && m.unprotected && !left.unprotected {
		err = errNotProtected
	}
	if err != nil {
		return m, err
	}
	if sealed == nil {
		outer.Unread(first)
		return m, m.readInner(outer, left.plain)
	}
	plain, err := k.unseal(m, sealed, envelopes, left)
	if err != nil {
		return m, err
	}
	if err := m.readInner(packet.NewReader(plain), left.plain); err != nil {
		return m, err
	}
	if plain.Close() != nil {
		m.plain, m.signatures = nil, signatures{}
		return m, errDamaged
	}
	return m, nil
}

// readEnvelopes reads up to the encrypted data, or up to the first packet of a
// message that is not encrypted, which it returns.
func (m *message) readEnvelopes(packets *packet.Reader) (packet.EncryptedDataPacket, []*packet.EncryptedKey, packet.Packet, error) {
	var envelopes []*packet.EncryptedKey
	for range maxPackets + maxRecipients {
		p, err := packets.NextWithUnsupported()
		if err != nil {
			return nil, nil, nil, m.noMessage(err)
		}
		switch p := p.(type) {
		case *packet.SymmetricKeyEncrypted:
			m.encrypted, m.symmetric = true, true
		case *packet.EncryptedKey:
			m.encrypted = true
			m.addRecipient(p.KeyId)
			envelopes = append(envelopes, p)
		case *packet.SymmetricallyEncrypted:
			m.encrypted, m.unprotected = true, !p.IntegrityProtected
			return p, envelopes, nil, nil
		case *packet.AEADEncrypted:
			m.encrypted = true
			return p, envelopes, nil, nil
		case *packet.UnsupportedPacket:
			if err := m.unsupported(p); err != nil {
				return nil, nil, nil, err
			}
		case *packet.Compressed, *packet.LiteralData, *packet.OnePassSignature, *packet.Signature:
			if m.encrypted {
				return nil, nil, nil, errDamaged
			}
			m.clear = true
			return nil, nil, p, nil
		}
	}
	if m.encrypted {
		return nil, nil, nil, errTooManyRecipients
	}
	return nil, nil, nil, errTooManyPackets
}

// noMessage tells bytes that are no OpenPGP at all from a message cut short.
func (m *message) noMessage(err error) error {
	if m.encrypted || !errors.Is(err, io.EOF) {
		return errDamaged
	}
	return errNoMessage
}

func (m *message) addRecipient(id uint64) {
	if id == 0 {
		m.hidden = true
		return
	}
	if !slices.Contains(m.recipients, id) {
		m.recipients = append(m.recipients, id)
	}
}

// unseal finds the secret key that opens one of the envelopes. Each try costs
// an operation with a secret key, so their number is bounded.
func (k *keys) unseal(m *message, sealed packet.EncryptedDataPacket, envelopes []*packet.EncryptedKey, left *budget) (io.ReadCloser, error) {
	why := errNoKey
	for _, envelope := range envelopes {
		for _, key := range k.openersOf(envelope) {
			if envelope.KeyId != 0 && why == errNoKey {
				why = errDamaged
			}
			if left.attempts--; left.attempts < 0 {
				return nil, errTooMuchWork
			}
			plain, err := tryKey(sealed, envelope, key)
			if err == nil {
				return plain, nil
			}
			if named := unreadable(""); errors.As(err, &named) {
				why = named
			}
		}
	}
	return nil, why
}

// openersOf gives our secret keys that an envelope may be for.
func (k *keys) openersOf(envelope *packet.EncryptedKey) []openpgp.Key {
	if envelope.KeyId == 0 {
		return k.hidden
	}
	return k.secrets[envelope.KeyId]
}

// tryKey opens an envelope and with what is in it the data. The envelope is a
// copy, as a wrong guess leaves traces in it.
func tryKey(sealed packet.EncryptedDataPacket, envelope *packet.EncryptedKey, key openpgp.Key) (io.ReadCloser, error) {
	try := *envelope
	if err := try.Decrypt(key.PrivateKey, nil); err != nil {
		return nil, strangeCipher(envelope, &try, err)
	}
	return sealed.Decrypt(try.CipherFunc, try.Key)
}

// readInner reads a message inside the encryption, or one without any: one
// text, with signatures around it, perhaps compressed. A second text is
// refused, as nobody could say which one the signatures mean.
func (m *message) readInner(packets *packet.Reader, limit int64) error {
	if limit <= 0 {
		return errTooLarge
	}
	meter := &meter{left: limit + slack}
	defer func() { m.unpacked = limit + slack - meter.left }()
	seen, nesting := false, 0
	for range maxPackets {
		p, err := packets.NextWithUnsupported()
		if errors.Is(err, io.EOF) && seen {
			return nil
		}
		if err != nil {
			return m.broken(meter, err)
		}
		switch p := p.(type) {
		case *packet.Compressed:
			if nesting++; nesting > maxNesting {
				return m.refuse(errTooDeep)
			}
			err = packets.Push(meter.of(p.Body))
		case *packet.OnePassSignature:
			m.announced = append(m.announced, p.KeyId)
		case *packet.Signature:
			m.signatures.add(p)
		case *packet.UnsupportedPacket:
			m.signatures.add(p)
			err = unsupportedInside(p)
		case *packet.LiteralData:
			if seen {
				return m.refuse(errDamaged)
			}
			seen = true
			m.name = fileName(p)
			m.plain, err = readLimited(p.Body, m.size, limit)
		case *packet.SymmetricallyEncrypted, *packet.AEADEncrypted, *packet.EncryptedKey, *packet.SymmetricKeyEncrypted:
			return m.refuse(errDamaged)
		}
		if err != nil {
			return m.broken(meter, err)
		}
	}
	return m.refuse(errTooManyPackets)
}

// refuse forgets the text.
func (m *message) refuse(why error) error {
	m.plain, m.signatures = nil, signatures{}
	return why
}

// broken forgets the text and says why in our words. What exactly went wrong
// inside the encryption is nobody's business: a sender who learns it can guess
// plain text (RFC 9580 section 13.8).
func (m *message) broken(meter *meter, err error) error {
	_ = m.refuse(err)
	if named := unreadable(""); errors.As(err, &named) {
		return named
	}
	if meter.left <= 0 || errors.Is(err, errTooLarge) || errors.Is(err, pgperrors.ErrMessageTooLarge) {
		return errTooLarge
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if errors.Is(err, io.EOF) && !m.encrypted {
		return errNoMessage
	}
	return errDamaged
}

// readLimited reads to the end, or fails with errTooLarge.
func readLimited(r io.Reader, size, limit int64) ([]byte, error) {
	text := make([]byte, 0, min(size, limit)+bytes.MinRead)
	for {
		if len(text) == cap(text) { // no larger than what is allowed: what a bomb unpacks to stays in memory meanwhile
			text = slices.Grow(text, int(min(int64(len(text)), limit+1-int64(len(text)))))
		}
		n, err := r.Read(text[len(text):cap(text)])
		text = text[:len(text)+n]
		switch {
		case int64(len(text)) > limit:
			return nil, errTooLarge
		case errors.Is(err, io.EOF):
			return text, nil
		case err != nil:
			return nil, err
		}
	}
}

// meter counts what all layers of compression of one message give, so that a
// small mail cannot become a large one.
type meter struct{ left int64 }

func (m *meter) of(r io.Reader) io.Reader { return &metered{meter: m, r: r} }

type metered struct {
	meter *meter
	r     io.Reader
}

func (m *metered) Read(p []byte) (int, error) {
	if m.meter.left <= 0 {
		return 0, errTooLarge
	}
	n, err := m.r.Read(p)
	m.meter.left -= int64(n)
	return n, err
}

// patient is a reader that stops when the context ends.
type patient struct {
	ended func() error
	r     io.Reader
}

func (p *patient) Read(b []byte) (int, error) {
	if err := p.ended(); err != nil {
		return 0, err
	}
	return p.r.Read(b)
}
