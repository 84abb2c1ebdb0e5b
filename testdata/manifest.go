package testdata

// manifest lists the samples in the order they are delivered: what answers or
// repeats another mail stands behind it. mail/README.md repeats the purposes.
func manifest() []Sample {
	return []Sample{
		{Name: "web-server-compromised.eml", Mailbox: "csirt", Purpose: "free text in English about a host of the network division, with log lines; the first mail of a conversation"},
		{Name: "forged-invoices-german.eml", Mailbox: "abuse", Purpose: "free text in German, Latin-1, about a host of the hosting division"},
		{Name: "phishing-attached.eml", Mailbox: "csirt", Purpose: "phishing reported by an employee with the mail attached"},
		{Name: "phishing-second-reporter.eml", Mailbox: "csirt", Purpose: "the same phishing from a second employee: other words, same attached mail; attached to the open ticket with a reference of its own"},
		{Name: "pgp-cert-alpha-report.eml", Mailbox: "csirt", Purpose: "signed and encrypted PGP/MIME report of an external CSIRT; answered encrypted and signed"},
		{Name: "arf-complaint.eml", Mailbox: "abuse", Purpose: "feedback report (ARF) of a mailbox provider about a host of the hosting division; never answered"},
		{Name: "follow-up.eml", Mailbox: "csirt", Purpose: "the first reporter adds to his own mail; found by References"},
		{Name: "both-copy-csirt.eml", Mailbox: "csirt", Purpose: "one mail sent to two mailboxes, first delivery"},
		{Name: "both-copy-abuse.eml", Mailbox: "abuse", Purpose: "the same mail in the other mailbox, with other Received fields; one ticket, one answer"},
		{Name: "bounce.eml", Mailbox: "csirt", Purpose: "delivery status about a mail that we never sent; filed, not answered, in nobody's queue"},
		{Name: "mailing-list.eml", Mailbox: "csirt", Purpose: "mail of a list of others; filed, not answered"},
		{Name: "broken-mime.eml", Mailbox: "abuse", Purpose: "no boundary, raw 8-bit subject, a NUL, a line that is no header, broken base64; still a ticket, its problems named"},
		{Name: "ssh-scan-log.eml", Mailbox: "csirt", Purpose: "scan with sshd log lines against a division's prefix; sources and targets told apart"},
		{Name: "pgp-undecryptable.eml", Mailbox: "csirt", Purpose: "encrypted to a key that we do not have; a ticket that says so"},
		{Name: "group-address.eml", Mailbox: "csirt", Purpose: "report through a group address of ours that rewrites From; the person is the reporter and is answered"},
		{Name: "report-button.eml", Mailbox: "csirt", Purpose: "a report-button add-in's mail with the suspicious mail attached; the person named in it is the reporter"},
		{Name: "out-of-office.eml", Mailbox: "csirt", Purpose: "absence notice (RFC 3834); never answered"},
		{Name: "reply-to-all.eml", Mailbox: "csirt", Purpose: "a third party answers to all and names the first reporter's mail; an unproven entry, it makes nobody a participant"},
		{Name: "pgp-inline-finder.eml", Mailbox: "csirt", Purpose: "inline PGP from somebody who found something"},
		{Name: "without-from.eml", Mailbox: "helpdesk", Purpose: "no From at all; a ticket that nobody can be answered on"},
		{Name: "newsletter-junk.eml", Mailbox: "csirt", Folder: "Junk", Purpose: "advertising in the Junk folder; filed there, never answered, never moved"},
		{Name: "pgp-signed-mime.eml", Mailbox: "csirt", Purpose: "PGP/MIME, signed only"},
		{Name: "vulnerability-report.eml", Mailbox: "csirt", Purpose: "a researcher reports a vulnerability by its CVE name; kind vulnerability"},
		{Name: "pgp-rt-peer.eml", Mailbox: "csirt", Purpose: "a peer's report sent through Request Tracker: Precedence bulk, yet a person's and answered"},
		{Name: "police-request.eml", Mailbox: "csirt", Purpose: "a request of the police to preserve records; kind request"},
		{Name: "tlp-amber.eml", Mailbox: "csirt", Purpose: "TLP:AMBER, a peer's number in the subject, IPv4 and IPv6 hosts of a division, a hash and a defanged name"},
		{Name: "html-only-defanged.eml", Mailbox: "abuse", Purpose: "HTML without a text part, every indicator defanged in another way"},
		{Name: "ransomware-polish.eml", Mailbox: "helpdesk", Purpose: "free text in Polish, base64 and encoded words, about ransomware on a workstation"},
		{Name: "typed-password-french.eml", Mailbox: "helpdesk", Purpose: "an employee typed a password; French, text and HTML alternatives"},
		{Name: "read-receipt.eml", Mailbox: "csirt", Purpose: "reading receipt (MDN); never answered"},
	}
}
