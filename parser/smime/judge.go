package smime

import (
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/smallstep/pkcs7"
)

// The verdicts on a signature.
const (
	verdictGood    = "good"
	verdictBad     = "bad"
	verdictWeak    = "weak"
	verdictUnknown = "unknown-key"
	verdictExpired = "expired-key"
)

// Bounds on what a stranger makes us calculate.
const (
	maxSigners      = 8
	maxCertificates = 32
	weakModulus     = 2048 // bits; shorter RSA keys prove nothing for certain
	maxModulus      = 8192 // bits; longer ones cost seconds and are left out
)

// judgeAll judges each signature of a structure for itself.
func (o *opening) judgeAll(message *pkcs7.PKCS7, at place) {
	message.Certificates = reasonable(message.Certificates)
	for n := range message.Signers {
		if n == maxSigners {
			o.fail("it has more signatures than are judged")
			return
		}
		one := *message
		one.Signers = message.Signers[n : n+1]
		f := o.judge(&one)
		f.at = at
		o.intact = o.intact || f.intact && at.sealed
		o.findings = append(o.findings, f)
	}
}

// reasonable leaves out certificates that cost too much to calculate with.
func reasonable(all []*x509.Certificate) []*x509.Certificate {
	kept := make([]*x509.Certificate, 0, min(len(all), maxCertificates))
	for _, certificate := range all {
		if len(kept) < maxCertificates && modulus(certificate) <= maxModulus {
			kept = append(kept, certificate)
		}
	}
	return kept
}

// modulus is the length of an RSA key in bits, 0 for other keys.
func modulus(certificate *x509.Certificate) int {
	if key, ok := certificate.PublicKey.(*rsa.PublicKey); ok {
		return key.N.BitLen()
	}
	return 0
}

// finding is what there is to say about one signature.
type finding struct {
	at          place
	verdict     string
	cause       string            // why it is not good
	certificate *x509.Certificate // nil when the mail does not bring it
	made        time.Time         // as the signer says; zero when he does not
	intact      bool              // the signature fits the text and the certificate, whoever that is
	expired     bool              // since
}

// judge says what one signature is worth: first whether it fits the text, then
// whether anybody we trust says whose it is.
func (o *opening) judge(one *pkcs7.PKCS7) finding {
	f := finding{certificate: one.GetOnlySigner(), made: signingTime(one)}
	if f.certificate == nil {
		f.verdict, f.cause = verdictUnknown, "the mail does not bring the certificate"
		return f
	}
	f.expired = !o.at.IsZero() && o.at.After(f.certificate.NotAfter)
	if bare(one) && isSet(one.Content) {
		f.verdict, f.cause = verdictBad, "what it is over may be the attributes of another signature"
		return f
	}
	err := one.VerifyWithChain(nil)
	f.verdict, f.cause = mathVerdict(err)
	f.intact = err == nil
	if f.intact {
		o.trust(&f, one.Certificates)
	}
	if f.verdict == verdictGood && one.Signers[0].DigestAlgorithm.Algorithm.Equal(pkcs7.OIDDigestAlgorithmSHA1) {
		f.verdict, f.cause = verdictWeak, "it is made with a digest that can be forged"
	}
	if f.verdict == verdictGood && 0 < modulus(f.certificate) && modulus(f.certificate) < weakModulus {
		f.verdict, f.cause = verdictWeak, "its key is shorter than what resists today"
	}
	return f
}

// bare tells that a signature is over the text itself. Others are over attributes,
// one of which is the digest of the text (RFC 5652 section 5.4).
func bare(message *pkcs7.PKCS7) bool {
	for _, signer := range message.Signers {
		if len(signer.AuthenticatedAttributes) == 0 {
			return true
		}
	}
	return false
}

// isSet tells a text that is a set in DER. Somebody's attributes are one, and are
// signed: behind a bare signature they pass for a text.
func isSet(text []byte) bool {
	var set asn1.RawValue
	rest, err := asn1.Unmarshal(text, &set)
	return err == nil && len(rest) == 0 && set.Class == asn1.ClassUniversal && set.Tag == asn1.TagSet
}

// mathVerdict puts the outcome of the calculation in our words.
func mathVerdict(err error) (verdict, cause string) {
	var (
		changed  *pkcs7.MessageDigestMismatchError
		outdated *pkcs7.SigningTimeNotValidError
		insecure x509.InsecureAlgorithmError
	)
	switch {
	case err == nil:
		return verdictGood, ""
	case errors.As(err, &changed):
		return verdictBad, "the text was changed after it was signed"
	case errors.As(err, &outdated):
		return verdictExpired, "the certificate was not valid when it signed"
	case errors.As(err, &insecure):
		return verdictWeak, "it is made with a digest that can be forged"
	case errors.Is(err, x509.ErrUnsupportedAlgorithm), strings.Contains(err.Error(), "unsupported"):
		return verdictUnknown, "it is made in a way that is not judged here"
	}
	return verdictBad, "it does not fit its certificate"
}

// trust asks whether the certificate leads to an authority of ours, at the time
// of signing when the signer states one that is past, else at receipt.
func (o *opening) trust(f *finding, others []*x509.Certificate) {
	if o.keys == nil {
		f.verdict, f.cause = verdictUnknown, "no authority is configured that could vouch for it"
		return
	}
	between := x509.NewCertPool()
	for _, certificate := range others {
		between.AddCert(certificate)
	}
	when := o.at
	if !f.made.IsZero() && f.made.Before(o.at) {
		when = f.made
	}
	_, err := f.certificate.Verify(x509.VerifyOptions{
		Roots: o.keys.roots, Intermediates: between, CurrentTime: when, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection},
	})
	var invalid x509.CertificateInvalidError
	switch {
	case err == nil:
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		f.verdict, f.cause = verdictExpired, "the certificate or one above it was not valid when it signed"
	case errors.As(err, &invalid) && invalid.Reason == x509.IncompatibleUsage:
		f.verdict, f.cause = verdictUnknown, "the certificate is not made for mail"
	default:
		f.verdict, f.cause = verdictUnknown, "no authority that we trust vouches for it"
	}
}

// signingTime is when the signer says that he signed (RFC 5652 section 11.3).
func signingTime(one *pkcs7.PKCS7) (at time.Time) {
	for _, attribute := range one.Signers[0].AuthenticatedAttributes {
		if attribute.Type.Equal(pkcs7.OIDAttributeSigningTime) {
			if _, err := asn1.Unmarshal(attribute.Value.Bytes, &at); err != nil {
				return time.Time{}
			}
		}
	}
	return at
}

// addresses are the mail addresses a certificate was given for, in small
// letters: those of the alternative name (RFC 5280 section 4.2.1.6), and of the
// subject, where older ones keep it.
func addresses(certificate *x509.Certificate) []string {
	var list []string
	for _, address := range certificate.EmailAddresses {
		list = append(list, strings.ToLower(address))
	}
	for _, name := range certificate.Subject.Names {
		if address, ok := name.Value.(string); ok && name.Type.Equal(emailAddress) && !slices.Contains(list, strings.ToLower(address)) {
			list = append(list, strings.ToLower(address))
		}
	}
	return list
}

// emailAddress is the attribute of PKCS #9 (RFC 2985 section 5.2.1).
var emailAddress = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 1}

func fingerprint(certificate *x509.Certificate) string {
	sum := sha256.Sum256(certificate.Raw)
	return strings.ToUpper(hex.EncodeToString(sum[:]))
}
