package pgp

import (
	"bytes"
	"strings"

	pgperrors "github.com/ProtonMail/go-crypto/openpgp/errors"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
)

// signatures are those over one text.
type signatures struct {
	read    []*packet.Signature
	strange []finding // what stands in place of a signature that the library does not read
}

func (s signatures) none() bool { return len(s.read)+len(s.strange) == 0 }

// add keeps a packet when it is a signature, readable or not.
func (s *signatures) add(p packet.Packet) {
	switch p := p.(type) {
	case *packet.Signature:
		s.read = append(s.read, p)
	case *packet.UnsupportedPacket:
		if _, ok := p.IncompletePacket.(*packet.Signature); ok {
			s.strange = append(s.strange, strangeSignature(p.Error))
		}
	}
}

// readSignatures reads signature packets, armoured or not, until something
// else comes.
func readSignatures(data []byte) signatures {
	if bytes.Contains(data, []byte(beginSig)) {
		data = dearmour(data, beginSig, maxDetached)
	}
	var found signatures
	packets := packet.NewReader(bytes.NewReader(data))
	for range maxSignatures + 1 {
		p, err := packets.NextWithUnsupported()
		if err != nil {
			break
		}
		found.add(p)
	}
	return found
}

// strangeSignature says what is wrong with a signature that the library below
// leaves unread. It tells so in words only; what they stand for is in its source
// and held by a test.
func strangeSignature(err pgperrors.UnsupportedError) finding {
	f := finding{verdict: verdictUnknown, state: stateMissing}
	what := string(err)
	switch hash, _ := strings.CutPrefix(what, "hash function "); {
	case hash == "1":
		f.verdict, f.cause = verdictWeak, "it uses MD5, which can be forged"
	case hash == "3":
		f.verdict, f.cause = verdictWeak, "it uses RIPEMD-160, which nobody should use any more"
	case strings.HasPrefix(what, "unknown critical"):
		f.verdict, f.cause = verdictWeak, "it carries a condition that we do not understand"
	case strings.HasPrefix(what, "signature packet version"):
		f.cause = "it is in the form of the 1990s, version" + strings.TrimPrefix(what, "signature packet version")
	case strings.HasPrefix(what, "public key algorithm"):
		f.cause = "it is made with a kind of key that is not read here, number" + strings.TrimPrefix(what, "public key algorithm")
	default:
		f.cause = "it is made in a way that is not read here"
	}
	return f
}
