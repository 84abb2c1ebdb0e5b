-- Addresses whose key the directory of their domain was asked for, or is to be. again is
-- when it may be asked another time; '@domain' is a domain without a directory.
CREATE TABLE key_lookups (
	address TEXT  NOT NULL PRIMARY KEY,
	domain  TEXT  NOT NULL,
	waiting {int} NOT NULL,
	since   {int} NOT NULL,
	asked   {int} NOT NULL DEFAULT 0,
	again   {int} NOT NULL DEFAULT 0,
	outcome TEXT  NOT NULL DEFAULT ''
) {strict};
CREATE INDEX key_lookups_waiting ON key_lookups (since) WHERE waiting = 1;
