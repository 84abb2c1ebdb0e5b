-- Outgoing mails that failed, are unsure or were withheld, and that a person has dealt with.
CREATE TABLE dealt_with (
	outgoing {int} NOT NULL PRIMARY KEY REFERENCES outbox (id),
	at       {int} NOT NULL,
	author   TEXT  NOT NULL
) {strict};
