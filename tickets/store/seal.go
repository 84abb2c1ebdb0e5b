package store

import (
	"bytes"
	"context"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync/atomic"

	"golang.org/x/crypto/chacha20poly1305"
)

// sealer encrypts what came out of encrypted mail before it is stored, with
// XChaCha20-Poly1305. Its nonces are long enough to be drawn at random.
type sealer struct {
	aead        cipher.AEAD
	rand        io.Reader
	fingerprint string
	lostAt      atomic.Int64 // when an earlier key was given up; 0 is never
}

// errSeal says that a sealed value cannot be opened: another key, another place, or changed.
var errSeal = errors.New("cannot be unsealed: it was changed, moved, or sealed with another key")

// ErrOtherKey refuses a database that was made with another seal key.
var ErrOtherKey = errors.New("the seal key is not the one of this database")

func newSealer(key []byte, rand io.Reader) (*sealer, error) {
	if len(key) != chacha20poly1305.KeySize {
		return nil, fmt.Errorf("the seal key has %d bytes and needs %d", len(key), chacha20poly1305.KeySize)
	}
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(append([]byte("postern seal key\x00"), key...))
	return &sealer{aead: aead, rand: rand, fingerprint: hex.EncodeToString(sum[:8])}, nil
}

// seal encrypts plain for one place: "table/row/column". It opens nowhere else.
func (s *sealer) seal(place string, plain []byte) ([]byte, error) {
	nonce := make([]byte, chacha20poly1305.NonceSizeX, chacha20poly1305.NonceSizeX+len(plain)+chacha20poly1305.Overhead)
	if _, err := io.ReadFull(s.rand, nonce); err != nil {
		return nil, fmt.Errorf("draw a nonce: %w", err)
	}
	return s.aead.Seal(nonce, nonce, plain, []byte(place)), nil
}

func (s *sealer) open(place string, sealed []byte) ([]byte, error) {
	if len(sealed) < chacha20poly1305.NonceSizeX {
		return nil, fmt.Errorf("%s %w", place, errSeal)
	}
	nonce, box := sealed[:chacha20poly1305.NonceSizeX], sealed[chacha20poly1305.NonceSizeX:]
	plain, err := s.aead.Open(nil, nonce, box, []byte(place))
	switch {
	case err != nil && s.lostAt.Load() > 0:
		return nil, fmt.Errorf("%s %w, or %w", place, errLost, errSeal)
	case err != nil:
		return nil, fmt.Errorf("%s %w", place, errSeal)
	}
	return plain, nil
}

// store gives a value as the two columns it may stand in: in clear as JSON, or sealed.
func (s *sealer) store(secret bool, place string, value any) (clear string, sealed []byte, err error) {
	plain, err := json.Marshal(value)
	if err != nil {
		return "", nil, ownf("encode %s: %w", place, err)
	}
	if !secret {
		return clean(string(plain)), nil, nil
	}
	sealed, err = s.seal(place, plain)
	return "", sealed, err
}

// load is the way back of store. Numbers come back as they were written: a report in
// JSON may hold one that is larger than any number of ours, and must not close the
// ticket it stands on.
func (s *sealer) load(place, clear string, sealed []byte, value any) error {
	plain := []byte(clear)
	if sealed != nil {
		var err error
		if plain, err = s.open(place, sealed); err != nil {
			return err
		}
	}
	if len(plain) == 0 {
		return nil
	}
	decoder := json.NewDecoder(bytes.NewReader(plain))
	decoder.UseNumber()
	if err := decoder.Decode(value); err != nil {
		return fmt.Errorf("decode %s: %w", place, err)
	}
	return nil
}

// pinSealKey notes which key this database was first opened with and refuses another.
func (s *Store) pinSealKey(ctx context.Context) error {
	known, err := s.PinKey(ctx, "seal", s.seal.fingerprint)
	if err != nil {
		return err
	}
	return s.fitsSealKey(ctx, known)
}

// fitsSealKey refuses a key that is not the one the database was made with.
func (s *Store) fitsSealKey(ctx context.Context, known string) error {
	if known != s.seal.fingerprint && !s.options.SealKeyLost {
		return fmt.Errorf("%w: its fingerprint is %s and the database was made with %s: give the right seal_key_file", ErrOtherKey, s.seal.fingerprint, known)
	}
	return s.loadLost(ctx)
}
