// Package pgp opens OpenPGP mail, judges its signatures honestly, and signs and
// encrypts what we send (RFC 3156, RFC 9580).
//
// Reading keys, unlocking them and writing armour is gopenpgp's work. Reading
// messages goes to the packets of go-crypto beneath it, which tell what the
// upper layers hide: who signed, whether anything was encrypted at all, how much
// came out. Each signature of a text is judged for itself and put in one
// sentence; nobody has to combine fields to learn that a good signature is by
// somebody else or covers only a part.
//
// Forms that are opened, with what Result says when all is well. "all" means
// that nothing else is in the mail; one more part, or a word around an inline
// block, makes it "part".
//
//	sent as                                              Form        Encrypted  Covers
//	multipart/encrypted, message signed or not           pgp-mime    yes        all
//	multipart/signed inside multipart/encrypted          pgp-mime    yes        all
//	multipart/signed                                     pgp-mime    no         all
//	multipart/mixed that Exchange made of the first      mixed       yes        all
//	armoured message in a text, any transfer encoding    inline      yes        all
//	armoured message in HTML                             inline      yes        all
//	cleartext signature in a text                        inline      no         all
//	attached file .pgp, .gpg, .asc                       attachment  yes        part
//
// Faults, each with all forms and with RSA, Curve25519, NIST and Brainpool keys,
// are tried against messages of the real gpg:
//
//	what is wrong                               outcome
//	signer unknown                              opened; unknown-key, with the key ID
//	made for others only                        closed; Problem names the key IDs
//	made for hidden recipients, one ours        opened
//	made for a passphrase only                  closed
//	changed on the way, cut off                 closed if encrypted, else bad; never shown as if right
//	no integrity protection (EFAIL)             closed: refused
//	grows beyond Limits.Plaintext               closed: refused, in bounded time
//	only compressed or only signed              opened; not called encrypted
//	unknown and known signer on one text        each judged: unknown-key and good
//	SHA-1, MD5, DSA, short RSA                  weak
//	key had expired when it signed              expired-key
//	key has expired since                       good, KeyState "expired"
//	key revoked, at any time                    revoked-key
//	signed by another than From                 good, FromMatch false, said in the sentence
//	a protected From inside differs             good, FromMatch only if the key names both
//	signed mail attached to this one            good, covers part, FromMatch false
//	armour of a key                             left alone: a key is not ciphertext
//
// A verdict of "good" alone proves nothing about the sender: it takes FromMatch,
// Covers "all" and a Tier of "known" or "peer" beside it.
package pgp
