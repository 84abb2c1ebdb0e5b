// Package smime reads S/MIME mail (RFC 8551, CMS of RFC 5652): it judges
// signatures, detached and opaque, and opens what was encrypted for us.
//
//	sent as                                              Encrypted  Covers
//	multipart/signed, application/pkcs7-signature        no         all
//	the same, with a list's or gateway's part put in     no         part
//	application/pkcs7-mime with signed data              no         all
//	application/pkcs7-mime with enveloped data           yes        all
//	the same, authenticated (RFC 5083, AES-GCM)          yes        all
//
// "all" means that nothing else is in the mail. What counts is the content of
// a part and not what it calls itself: smime-type is often missing. A mail that
// was signed or encrypted with its header (RFC 8551 section 3.1) is read in the
// place of the part that held it; a certificate has to name the senders of both.
//
// A certificate is trusted when it leads to one of the configured authorities;
// nobody else's word makes a signer known. Revocation lists are not fetched.
//
// Enveloped data of S/MIME has no integrity protection of its own: whoever
// stands on the way can change the text behind the encryption (EFAIL). It is
// read only when what came out is signed and the signature fits; anything else
// stays closed and says so. Authenticated enveloped data shows every change, and is read
// without a signature too; nothing then says who wrote it.
package smime
