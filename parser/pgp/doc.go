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
// A verdict of "good" alone proves nothing about the sender: it takes FromMatch,
// Covers "all" and a Tier of "known" or "peer" beside it.
//
// # What is opened
//
// Result.Form and Covers when all is well; "all" means that nothing else is in
// the mail but blank texts. Each row is a test, with the name of its row where it
// stands in a table; tests of the package parser are marked.
//
//	sent as                                              Form        Covers  test
//	multipart/encrypted, signed                          pgp-mime    all     TestMatrix "PGP/MIME signed and encrypted"
//	multipart/encrypted, not signed                      pgp-mime    all     TestMatrix "PGP/MIME encrypted only"
//	multipart/signed in multipart/encrypted (RFC 1847)   pgp-mime    all     TestMatrix "PGP/MIME signed inside encrypted"
//	multipart/encrypted in multipart/signed (RFC 1847)   pgp-mime    all     TestSignedAround
//	multipart/signed                                     pgp-mime    all     TestMatrix "PGP/MIME signed"
//	the same, stored with other line ends                pgp-mime    all     TestMatrix "PGP/MIME signed, stored with LF"
//	signed by a script over line ends of LF              pgp-mime    all     TestLineEndsOfArchives "signed over LF"
//	with a list's or gateway's part put into it          pgp-mime    part    TestPartsAddedToSigned
//	in text mode                                         pgp-mime    all     TestTextMode
//	only compressed or only signed, called encrypted     pgp-mime    all     TestWhatIsNotEncrypted "only compressed"
//	armour in a text                                     inline      all     TestMatrix "inline encrypted"
//	after a greeting                                     inline      part    TestMatrix "inline encrypted after a greeting"
//	in base64                                            inline      all     TestMatrix "inline encrypted, base64"
//	in quoted-printable                                  inline      all     TestMatrix "inline signed, quoted-printable"
//	in quoted-printable that nobody undid                inline      all     TestWildForms "left in quoted-printable"
//	in format=flowed                                     inline      all     TestWildForms "format=flowed"
//	quoted with "> " in somebody's answer                inline      part    TestWildForms "quoted once"
//	quoted twice                                         inline      part    TestWildForms "quoted twice, without blanks"
//	quoted, for others                                   -           -       TestWhatIsNotEncrypted "quoted ciphertext for others"
//	several blocks between words                         inline      part    TestInlineInOtherText
//	behind a block that lost its end                     inline      part    TestBrokenBlockBefore
//	one block in another                                 inline      all     TestSignedInsideEncryptedInline
//	in HTML                                              inline      all     TestArmourInHTML
//	in HTML with no-break blanks in its marks            inline      all     TestArmourInHTML "no-break blanks in the marks"
//	in HTML beside the same as text                      inline      -       TestArmourInHTMLBesidePlainText
//	in HTML beside a text that points to it              inline      part    TestWildForms "HTML beside a text that points to it"
//	indented, padded, without end or checksum            inline      all     TestArmourAsMailersLeaveIt
//	in UTF-16                                            inline      all     TestWildForms "UTF-16"
//	wrong checksum                                       inline      all     TestWildForms "wrong checksum"
//	blank line behind the headers lost                   inline      all     TestWildForms "blank line behind the headers lost"
//	line breaks doubled, lost, moved                     inline      all     TestWildForms "every line break doubled"
//	application/pgp of the time before PGP/MIME          inline      all     TestWildForms "type of the time before PGP/MIME"
//	cleartext signature                                  inline      all     TestMatrix "inline signed"
//	words before and behind it                           inline      part    TestWildForms "words before and behind"
//	with dash escapes                                    inline      all     TestSampleMails "- there are staff lists"
//	with changed line ends                               inline      all     TestWildForms "line ends changed to LF"
//	with blanks at the ends of lines                     inline      all     TestWildForms "blanks at the ends of lines"
//	in an old charset                                    inline      part    TestSignedTextInAnOldCharset
//	in KOI8-R, Shift JIS and others, signed or sealed    inline      all     TestCharsetsOfArmour
//	in a charset that a server changed                   inline      all     TestCharsetChangedOnTheWay
//	in flowed text                                       inline      all     TestSignedTextThatFlows
//	with line ends as archives leave them                pgp-mime    all     TestLineEndsOfArchives
//	file .asc, .gpg, .pgp                                attachment  part    TestMatrix "attachment"
//	file with a name of its own inside                   attachment  part    TestNamesInside
//	file with armour and another name                    attachment  part    TestWildForms "armour called .dat"
//	part by part (PGP Universal, PGP Desktop)            inline      part    TestWildForms "part by part: text and page"
//	the source of another mail, encrypted to show it     inline      all     TestSourceOfAnotherMail
//	the whole mail as a file                             attachment  all     TestWildForms "the whole report as a nameless file"
//	file that is a signed text                           inline      part    TestWildForms "attached as a file"
//	signatures as files beside what they sign            attachment  part    TestSignatureFiles
//	PGP/MIME that Exchange called mixed                  mixed       all     TestMatrix "PGP/MIME mangled by Exchange"
//	with a stray text first                              mixed       all     TestWildForms "Exchange: empty text, control part, message"
//	with wrong types                                     mixed       all     TestWildForms "Exchange: control part called octet-stream"
//	with everything called octet-stream                  pgp-mime    all     TestWildForms "everything called octet-stream"
//	with the version part lost                           mixed       all     TestWildForms "control part lost"
//	with armour as .txt                                  mixed       all     TestWildForms "control part lost, armour as .txt"
//	with another protocol named                          pgp-mime    all     TestWildForms "another protocol named"
//	with its boundary lost                               mixed       all     TestWildForms "boundary lost"
//	as one text                                          mixed       all     TestWildForms "as the only text"
//	Version.txt and Message.pgp                          mixed       all     TestWildForms "control part called text"
//	multipart/signed that somebody called mixed          mixed       all     TestWildForms "signed mail called mixed"
//	GpgOL_MIME_structure.txt                             pgp-mime    all     TestWildForms "GpgOL's own file"
//	with a list's footer or a gateway's notice           mixed       part    TestFooterBesideEncrypted
//	a mail in the mail (RFC 8551), also p≡p's            pgp-mime    all     TestWrappedMail
//	protected headers, sender inside                     pgp-mime    all     TestProtectedSender
//	protected headers (parser)                           pgp-mime    all     TestInnerHeadersOfAnEncryptedMailWin
//	protected headers for old readers (parser)           pgp-mime    all     TestHeadersForOldReaders
//
// # What it is made with
//
//	method                                        outcome                    test
//	RSA, Curve25519, NIST P-256, Brainpool 256    opened                     TestMatrix
//	P-384, P-521, Brainpool, secp256k1            opened                     TestKindsOfKeys
//	DSA and ElGamal                               opened                     TestOldKeys
//	keys of version 6, X448, Ed448                opened                     TestModernKeys
//	AES, 3DES, CAST5                              opened                     TestCiphers
//	IDEA, Blowfish, Twofish, Camellia             closed, named              TestCiphers "CAMELLIA256"
//	zip, zlib, bzip2, none                        opened                     TestCompressions
//	SEIPD version 2 in OCB, EAX, GCM              opened                     TestModernKeys "version 6, GCM"
//	OCB of gpg 2.3 and newer                      opened                     TestOCBOfGPG
//	other ciphers, modes and versions             closed, named              TestUnreadableIsNamed
//	several recipients, one ours                  opened                     TestWhyItStaysClosed "ours among others"
//	hidden recipients, one ours                   opened                     TestWhyItStaysClosed "hidden among strangers"
//	passphrase beside our key                     opened                     TestWhyItStaysClosed "passphrase and key"
//	passphrase only                               closed, named              TestWhyItStaysClosed "passphrase"
//	made for others                               closed, with the key IDs   TestWhyItStaysClosed "two others' keys"
//	made for hidden others                        closed                     TestWhyItStaysClosed "hidden, not ours"
//	several keys of ours, retired and expired     opened                     TestRotation
//	a revoked key of ours                         opened                     TestRevokedKeyOfOurs
//	one piece of several (PART 1/2)               closed, named              TestWhyItStaysClosed "one piece of several"
//	words about armour                            left alone                 TestWhatIsNotEncrypted "armour with nothing in it"
//	public key, revocation, secret key in mail    no ciphertext              TestKeysInMail
//
// # What is refused
//
//	attack                                         outcome                  test
//	every byte changed, every length cut           closed                   TestEFAIL
//	the same with authenticated encryption         closed                   TestAuthenticatedEncryption
//	EFAIL: gadgets in CFB, protection taken off    closed                   TestCFBGadget
//	EFAIL: pages around a secret (parser)          read apart               TestDirectExfiltration
//	EFAIL: markup around armour (parser)           read apart               TestPageAroundASecretIsReadApart
//	no integrity protection                        closed                   TestWhyItStaysClosed "without protection"
//	the same, from a sender who may                opened, told             TestLegacySender
//	the same, changed                              bad                      TestGadgetOfANamedSender
//	a signature added behind the encryption        does not count           TestSignatureOutsideIsNotInside
//	compressed bombs                               closed, named            TestBombs
//	many small ones                                closed, named            TestManySmallBombs
//	messages of ten thousand parts each            some read, told          TestPartsOfManyMessagesAreCountedTogether
//	keys that take a second for each signature     left out                 TestKeysThatAreSlowToVerify
//	limit for all layers together                  closed, named            TestLimitHoldsForAllLayers
//	compressed a thousand times                    closed, named            TestNestedCompression
//	a thousand signatures announced                closed, named            TestNestedSignatures
//	twenty thousand signatures behind the text     closed                   TestSignatureFlood
//	five thousand recipients                       closed, named            TestManyRecipients
//	hidden recipients without end                  closed, named            TestManyHiddenRecipients
//	a thousand messages in a mail                  some opened, told        TestManySmallMessages
//	three thousand blocks in a text                some opened, told        TestManyBlocks
//	layers without end                             some opened, told        TestLayersAreBounded
//	packets that lie about their size              closed                   TestHugePackets
//	nothing but marks                              left alone               TestTextOfMarks
//	armour without end                             left alone               TestArmourWithoutEnd
//	no more time                                   closed, told             TestContextEnds
//
// # What is said of signatures
//
//	what is so                                  verdict                         test
//	good, by the sender                         good                            TestMatrix "nothing wrong"
//	changed on the way                          bad                             TestMatrix "changed on the way"
//	a key that we do not have                   unknown-key, with its ID        TestMatrix "signer unknown"
//	SHA-1                                       weak                            TestVerdicts "SHA-1"
//	MD5, RIPEMD-160                             weak                            TestStrangeSignatures "MD5"
//	a short RSA or DSA key                      weak                            TestShortKeys
//	a form of the 1990s, an unknown kind        unknown-key, said why           TestStrangeSignatures "version 3"
//	a critical notation                         weak                            TestVerdicts "with a condition"
//	the signature's own lifetime over           weak                            TestVerdicts "own lifetime over"
//	the key had expired when it signed          expired-key                     TestVerdicts "expired then"
//	the key has expired since                   good, KeyState "expired"        TestVerdicts "expired since"
//	the key was replaced since                  good, KeyState "revoked"        TestRevokedThenAndNow "replaced since"
//	the key was replaced before it signed       revoked-key                     TestRevokedThenAndNow "replaced before"
//	the key was lost, or nobody says why        revoked-key, whenever           TestRevokedThenAndNow "without a reason, since"
//	a revoked copy beside an older one          revoked-key                     TestRevokedKey
//	made in the future                          good, said                      TestVerdicts "dated ahead"
//	older than its key                          bad                             TestVerdicts "older than its key"
//	by a subkey                                 good, key of the primary        TestSigningSubkey
//	by a subkey that never agreed               unknown-key                     TestSigningSubkey
//	several signers                             each judged                     TestSeveralSignatures
//	two keys with one address                   each told with its key          TestTwoSignersOfOneAddress
//	made for others, and passed on              good, said                      TestPassedOn
//	a part of the mail                          good, covers part               TestCoverage "list footer added"
//	in a mail attached to this one              good, part, FromMatch false     TestCoverage "inside an attached mail"
//	by another than From                        good, FromMatch false           TestVerdicts "another's key"
//	another sender inside                       good, FromMatch false           TestProtectedSender "another's name inside"
//	another sender beside the signer            good, FromMatch false           TestSeveralSenders "another in a field of its own"
//	its domain in other letters                 good, FromMatch true            TestInternationalAddress
//	another subject inside than outside         good, told                      TestSignedSubject
//	a signature that is missing or unreadable   bad                             TestMissingSignatures
//	words in the header of a signed text        bad                             TestMissingSignatures "words in the header"
//	a signed text that became a page            none, told                      TestSignedTextInHTML
//
// # What others are blamed for
//
// Known complaints about the OpenPGP of Request Tracker, Schleuder and Zammad, and of
// mail programs; rows of tables in the package parser.
//
//	inline refused                              TestKnownComplaints "inline refused"
//	key chosen by To instead of by packet       TestKnownComplaints "key chosen by To instead of by packet"
//	protected subject breaks threading          TestKnownComplaints "protected subject breaks threading"
//	wrong signature state                       TestKnownComplaints "wrong signature state: changed on the way"
//	signer is not the sender                    TestKnownComplaints "signer is not the sender"
//	attached key taken for ciphertext           TestKnownComplaints "attached key taken for ciphertext"
//	Exchange-mangled mail unread                TestKnownComplaints "Exchange-mangled mail unread"
//	our address in Bcc only                     TestKnownComplaints "our address in Bcc only: not decrypted"
//	signed inside encrypted left encoded        TestKnownComplaints "encrypted and signed: umlauts and files are left encoded"
//	inline text beside encrypted files          TestKnownComplaints "inline text beside an encrypted file: neither is decrypted"
//	signature fails with the key attached       TestKnownComplaints "signature fails when the key is attached"
//	a quoted signature makes a forgery          TestKnownComplaints "a quoted signature makes the answer a forgery"
//	signed and packed taken for ciphertext      TestKnownComplaints "signed and packed is taken for ciphertext"
//	a list's footer hides the signed text       TestComplaintsOfMailPrograms "a footer put into a signed mail hides its text"
//	a part hidden where the signature is gone   TestComplaintsOfMailPrograms "a signed mail whose signature was taken away hides a part"
//	not decrypted when the signer is unknown    TestComplaintsOfMailPrograms "not decrypted when the signer is unknown"
//	a nameless picture taken for ciphertext     TestComplaintsOfMailPrograms "a picture without a name is taken for ciphertext"
//	a message called ATT00002 left closed       TestComplaintsOfMailPrograms "a message called ATT00002 is not opened"
//	armour behind words on its line left closed TestComplaintsOfMailPrograms "armour behind words on its line is not opened"
//	only the first text inside is shown         TestComplaintsOfMailPrograms "only the first text of an encrypted mail is shown"
//	signed beside a page loses its files        TestComplaintsOfMailPrograms "a signed mail beside a page loses its files"
//	a revoked name stops encrypting             TestKnownComplaintsOfSending "nothing is encrypted to a key with a revoked name"
//	an expired key beside stops encrypting      TestKnownComplaintsOfSending "nothing is encrypted when an expired key stands beside"
package pgp
