-- Times are UTC microseconds. Truth is 0 or 1. {words in braces} differ by database.
-- What is checked for each row is a chain of OR: for IN (...) with more than two words SQLite
-- builds a table in memory every time, which costs more than writing the row.

CREATE TABLE meta (
	name  TEXT NOT NULL PRIMARY KEY,
	value TEXT NOT NULL
) {strict};

-- One row a raw mail. It is never changed but in its state.
CREATE TABLE mails (
	id          {id},
	sha256      TEXT  NOT NULL UNIQUE,
	size        {int} NOT NULL,
	oversize    {int} NOT NULL DEFAULT 0,
	state       TEXT  NOT NULL CHECK (state = 'received' OR state = 'claimed' OR state = 'filed' OR state = 'held'),
	tries       {int} NOT NULL DEFAULT 0,
	token       {int} NOT NULL DEFAULT 0,
	worker      TEXT  NOT NULL DEFAULT '',
	claimed_at  {int} NOT NULL DEFAULT 0,
	class       {int} NOT NULL DEFAULT 0,
	refile      TEXT  NOT NULL DEFAULT '',
	reason      TEXT  NOT NULL DEFAULT '',
	mailbox     TEXT  NOT NULL,
	source      TEXT  NOT NULL,
	junk        {int} NOT NULL,
	unanswered  {int} NOT NULL DEFAULT 0,
	received_at {int} NOT NULL,
	stored_at   {int} NOT NULL,
	filed_at    {int} NOT NULL DEFAULT 0,
	filed_token {int} NOT NULL DEFAULT 0,
	entry       {int}
) {strict};
CREATE INDEX mails_waiting ON mails (class, received_at, id) WHERE state = 'received';
CREATE INDEX mails_claimed ON mails (id) WHERE state = 'claimed';
CREATE INDEX mails_suspect ON mails (id) WHERE tries > 0 AND state = 'received';
CREATE INDEX mails_held    ON mails (id) WHERE state = 'held';
CREATE INDEX mails_filed   ON mails (filed_at) WHERE state = 'filed';

CREATE TABLE mail_chunks (
	mail {int}   NOT NULL REFERENCES mails (id) ON DELETE CASCADE,
	n    {int}   NOT NULL,
	data {bytes} NOT NULL,
	PRIMARY KEY (mail, n)
) {strict};

-- replaced is 1 once the server gave the same number to another mail.
CREATE TABLE deliveries (
	id            {id},
	source        TEXT  NOT NULL,
	mailbox       TEXT  NOT NULL,
	uidvalidity   {int} NOT NULL,
	uid           {int} NOT NULL,
	mail          {int} NOT NULL REFERENCES mails (id),
	size          {int} NOT NULL,
	internal_date {int} NOT NULL,
	junk          {int} NOT NULL,
	stored_at     {int} NOT NULL,
	replaced      {int} NOT NULL DEFAULT 0
) {strict};
CREATE UNIQUE INDEX deliveries_once ON deliveries (source, uidvalidity, uid) WHERE replaced = 0;
CREATE INDEX deliveries_mail ON deliveries (mail);

-- reference is the one of the first conversation; people call it the ticket's ID.
CREATE TABLE tickets (
	id         {id},
	reference  TEXT  NOT NULL UNIQUE,
	subject    TEXT  NOT NULL,
	state      TEXT  NOT NULL,
	kind       TEXT  NOT NULL,
	verdict    TEXT  NOT NULL,
	resolution TEXT  NOT NULL,
	division   TEXT  NOT NULL,
	category   TEXT  NOT NULL,
	severity   TEXT  NOT NULL,
	tlp        TEXT  NOT NULL,
	owner      TEXT  NOT NULL DEFAULT '',
	parent     {int} REFERENCES tickets (id),
	restricted {int} NOT NULL DEFAULT 0,
	routed     TEXT  NOT NULL DEFAULT '[]',
	created    {int} NOT NULL,
	changed    {int} NOT NULL
) {strict};
CREATE INDEX tickets_open ON tickets (id) WHERE state IN ('new', 'open', 'waiting');
CREATE INDEX tickets_queue ON tickets (division, state, id);

CREATE TABLE conversations (
	id           {id},
	ticket       {int} NOT NULL REFERENCES tickets (id),
	reference    TEXT  NOT NULL UNIQUE,
	role         TEXT  NOT NULL,
	party        TEXT  NOT NULL,
	their_number TEXT  NOT NULL DEFAULT '',
	language     TEXT  NOT NULL DEFAULT '',
	pgp_key      TEXT  NOT NULL DEFAULT '',
	encrypted    {int} NOT NULL DEFAULT 0,
	signed       {int} NOT NULL DEFAULT 0,
	acknowledged {int} NOT NULL DEFAULT 0,
	tlp          TEXT  NOT NULL DEFAULT '',
	created      {int} NOT NULL
) {strict};
CREATE INDEX conversations_ticket ON conversations (ticket, id);

CREATE TABLE participants (
	conversation {int} NOT NULL REFERENCES conversations (id),
	address      TEXT  NOT NULL,
	PRIMARY KEY (conversation, address)
) {strict}{keyed};

CREATE TABLE signers (
	conversation {int} NOT NULL REFERENCES conversations (id),
	fingerprint  TEXT  NOT NULL,
	PRIMARY KEY (conversation, fingerprint)
) {strict}{keyed};

-- Of an encrypted mail, what came out of it stands in sealed only.
CREATE TABLE entries (
	id           {id},
	ticket       {int} NOT NULL REFERENCES tickets (id),
	conversation {int} REFERENCES conversations (id),
	mail         {int} UNIQUE REFERENCES mails (id),
	outgoing     {int} UNIQUE,
	identity     TEXT  UNIQUE,
	kind         TEXT  NOT NULL CHECK (kind = 'mail-in' OR kind = 'mail-out' OR kind = 'call' OR kind = 'note'),
	match        TEXT  NOT NULL DEFAULT '',
	author       TEXT  NOT NULL,
	subject      TEXT  NOT NULL,
	message_id   TEXT  NOT NULL DEFAULT '',
	at           {int} NOT NULL,
	filed_at     {int} NOT NULL,
	tlp          TEXT  NOT NULL DEFAULT '',
	unproven     {int} NOT NULL DEFAULT 0,
	encrypted    {int} NOT NULL DEFAULT 0,
	content      TEXT  NOT NULL DEFAULT '',
	sealed       {bytes},
	refs         TEXT  NOT NULL DEFAULT '[]',
	matched      TEXT  NOT NULL DEFAULT '[]',
	withheld     TEXT  NOT NULL DEFAULT '',
	indicators   TEXT  NOT NULL DEFAULT '[]'
) {strict};
CREATE INDEX entries_ticket ON entries (ticket, id);
CREATE INDEX entries_conversation ON entries (conversation, id) WHERE conversation IS NOT NULL;
CREATE INDEX entries_unproven ON entries (filed_at) WHERE unproven = 1;

-- Messages of both directions by their Message-ID. Strangers choose theirs: not unique.
CREATE TABLE message_ids (
	message_id   TEXT  NOT NULL,
	conversation {int} NOT NULL REFERENCES conversations (id),
	entry        {int} NOT NULL DEFAULT 0,
	outgoing     {int} NOT NULL DEFAULT 0,
	sender       TEXT  NOT NULL,
	PRIMARY KEY (message_id, conversation, entry, outgoing)
) {strict}{keyed};

-- Message-IDs that a filed mail named and that were not seen by then.
CREATE TABLE awaited (
	message_id TEXT  NOT NULL,
	entry      {int} NOT NULL REFERENCES entries (id),
	PRIMARY KEY (message_id, entry)
) {strict}{keyed};
CREATE INDEX awaited_entry ON awaited (entry);

CREATE TABLE files (
	sha256 TEXT  NOT NULL,
	entry  {int} NOT NULL REFERENCES entries (id),
	PRIMARY KEY (sha256, entry)
) {strict}{keyed};
CREATE INDEX files_entry ON files (entry);

-- Which entries name an indicator: number is the first 64 bits of SHA-256 over type, NUL
-- and value. The entry's own list has the words. No row refers to an entry that is not there.
CREATE TABLE indicator_keys (
	number {int} NOT NULL,
	entry  {int} NOT NULL,
	PRIMARY KEY (number, entry)
) {strict}{keyed};

CREATE TABLE incidents (
	mail     {int} NOT NULL REFERENCES mails (id),
	n        {int} NOT NULL,
	entry    {int} NOT NULL REFERENCES entries (id),
	category TEXT  NOT NULL,
	data     TEXT  NOT NULL DEFAULT '',
	sealed   {bytes},
	PRIMARY KEY (mail, n)
) {strict};

CREATE TABLE outbox (
	id            {id},
	dedupe        TEXT  NOT NULL UNIQUE,
	ticket        {int} NOT NULL REFERENCES tickets (id),
	conversation  {int} NOT NULL REFERENCES conversations (id),
	purpose       TEXT  NOT NULL,
	automatic     {int} NOT NULL,
	author        TEXT  NOT NULL DEFAULT '',
	recipient     TEXT  NOT NULL,
	message_id    TEXT  NOT NULL,
	thread        TEXT  NOT NULL,
	in_reply_to   TEXT  NOT NULL,
	refs          TEXT  NOT NULL,
	template      TEXT  NOT NULL,
	language      TEXT  NOT NULL,
	words         TEXT  NOT NULL,
	their_number  TEXT  NOT NULL,
	sign          {int} NOT NULL,
	encrypt_to    TEXT  NOT NULL,
	sealed        {int} NOT NULL,
	sealed_words  {bytes},
	received_at   {int} NOT NULL,
	state         TEXT  NOT NULL CHECK (state = 'queued' OR state = 'claimed' OR state = 'handed' OR state = 'sent' OR state = 'failed' OR state = 'unsure' OR state = 'withheld'),
	reason        TEXT  NOT NULL DEFAULT '',
	attempts      {int} NOT NULL DEFAULT 0,
	not_before    {int} NOT NULL,
	created       {int} NOT NULL,
	token         {int} NOT NULL DEFAULT 0,
	worker        TEXT  NOT NULL DEFAULT '',
	claimed_at    {int} NOT NULL DEFAULT 0,
	envelope_from TEXT  NOT NULL DEFAULT '',
	bytes         {bytes},
	digest        TEXT  NOT NULL DEFAULT '',
	relay_id      TEXT  NOT NULL DEFAULT '',
	settled_at    {int} NOT NULL DEFAULT 0
) {strict};
CREATE INDEX outbox_due ON outbox (not_before, id) WHERE state = 'queued';
CREATE INDEX outbox_flight ON outbox (state, id) WHERE state IN ('claimed', 'handed');
CREATE INDEX outbox_held ON outbox (state, id) WHERE state IN ('failed', 'unsure', 'withheld');
CREATE INDEX outbox_sent ON outbox (settled_at) WHERE state = 'sent';
CREATE INDEX outbox_conversation ON outbox (conversation, id);

-- Automatic answers planned, by address, domain and all together, in slots of the budget's window.
CREATE TABLE budgets (
	name TEXT  NOT NULL,
	slot {int} NOT NULL,
	n    {int} NOT NULL,
	PRIMARY KEY (name, slot)
) {strict}{keyed};
CREATE INDEX budgets_slot ON budgets (slot);

-- Append-only. text may be erased later; the chain covers its digest.
CREATE TABLE events (
	id       {id},
	at       {int} NOT NULL,
	actor    TEXT  NOT NULL,
	what     TEXT  NOT NULL,
	ticket   {int} NOT NULL DEFAULT 0,
	mail     {int} NOT NULL DEFAULT 0,
	outgoing {int} NOT NULL DEFAULT 0,
	digest   TEXT  NOT NULL,
	text     TEXT  NOT NULL
) {strict};
CREATE INDEX events_ticket ON events (ticket, id) WHERE ticket > 0;

CREATE TABLE chain (
	seq   {id},
	event {int} NOT NULL UNIQUE REFERENCES events (id),
	hash  TEXT  NOT NULL
) {strict};

CREATE TABLE leases (
	name   TEXT  NOT NULL PRIMARY KEY,
	holder TEXT  NOT NULL,
	token  {int} NOT NULL,
	until  {int} NOT NULL
) {strict};
