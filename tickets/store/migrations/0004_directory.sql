-- Who is known outside. folded is the name in small letters: no two differ in case only.
CREATE TABLE contacts (
	folded      TEXT  NOT NULL PRIMARY KEY,
	name        TEXT  NOT NULL,
	kind        TEXT  NOT NULL,
	telephone   TEXT  NOT NULL DEFAULT '',
	number      TEXT  NOT NULL DEFAULT '',
	tlp         TEXT  NOT NULL DEFAULT '',
	encryption  TEXT  NOT NULL,
	acknowledge TEXT  NOT NULL,
	tier        TEXT  NOT NULL,
	created     {int} NOT NULL,
	changed     {int} NOT NULL
) {strict};

-- An address belongs to one contact: its own, or that of a member of a team. n keeps the order they were given in.
CREATE TABLE contact_addresses (
	address TEXT  NOT NULL PRIMARY KEY,
	contact TEXT  NOT NULL REFERENCES contacts (folded),
	member  {int} NOT NULL,
	n       {int} NOT NULL
) {strict};
CREATE INDEX contact_addresses_contact ON contact_addresses (contact);

CREATE TABLE contact_members (
	contact TEXT  NOT NULL REFERENCES contacts (folded),
	n       {int} NOT NULL,
	name    TEXT  NOT NULL,
	address TEXT  NOT NULL DEFAULT '',
	PRIMARY KEY (contact, n)
) {strict};

-- data is the armoured public key: what its owner signed and certifications of others.
-- contact is a name, in contacts or in a file of the configuration; folded the same in small letters.
CREATE TABLE pgp_keys (
	fingerprint  TEXT  NOT NULL PRIMARY KEY,
	state        TEXT  NOT NULL CHECK (state = 'pending' OR state = 'approved' OR state = 'refused' OR state = 'copy'),
	tier         TEXT  NOT NULL DEFAULT '',
	contact      TEXT  NOT NULL DEFAULT '',
	folded       TEXT  NOT NULL DEFAULT '',
	holder       TEXT  NOT NULL DEFAULT '',
	user_ids     TEXT  NOT NULL DEFAULT '[]',
	data         TEXT  NOT NULL,
	via          TEXT  NOT NULL,
	mail         {int} NOT NULL DEFAULT 0,
	seen         {int} NOT NULL,
	seen_from    TEXT  NOT NULL DEFAULT '',
	verified_by  TEXT  NOT NULL DEFAULT '',
	verified_how TEXT  NOT NULL DEFAULT '',
	verified_at  {int} NOT NULL DEFAULT 0,
	reason       TEXT  NOT NULL DEFAULT '',
	version      {int} NOT NULL DEFAULT 1
) {strict};
CREATE INDEX pgp_keys_pending ON pgp_keys (seen) WHERE state = 'pending';

-- Other copies of keys that are there: new expiry, subkeys, revocations, or nothing new.
CREATE TABLE key_offers (
	fingerprint TEXT  NOT NULL,
	digest      TEXT  NOT NULL,
	data        TEXT  NOT NULL,
	mail        {int} NOT NULL,
	at          {int} NOT NULL,
	PRIMARY KEY (fingerprint, digest)
) {strict};

-- How many keys were taken from the mails of a sender within a day; sender '' is everybody.
CREATE TABLE key_budgets (
	slot   {int} NOT NULL,
	sender TEXT  NOT NULL,
	n      {int} NOT NULL,
	PRIMARY KEY (slot, sender)
) {strict}{keyed};

-- Mails with a signature by a key that we did not have, by its key ID. tried is the
-- fingerprint of the key by which they were judged again last.
CREATE TABLE unknown_signers (
	key_id TEXT  NOT NULL,
	mail   {int} NOT NULL REFERENCES mails (id),
	tried  TEXT  NOT NULL DEFAULT '',
	PRIMARY KEY (key_id, mail)
) {strict}{keyed};
CREATE INDEX unknown_signers_mail ON unknown_signers (mail);

-- Addresses that sent a protected subject under a good signature: their programs show one.
CREATE TABLE protected_subjects (
	address TEXT  NOT NULL PRIMARY KEY,
	at      {int} NOT NULL
) {strict};
