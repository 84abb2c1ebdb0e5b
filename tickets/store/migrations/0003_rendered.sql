-- What an outgoing mail was rendered to: these bytes are sent, in every try. They stand apart
-- from its row because that changes its state several times and would be written whole each time.
CREATE TABLE rendered (
	outgoing {int}   NOT NULL PRIMARY KEY REFERENCES outbox (id),
	digest   TEXT    NOT NULL,
	data     {bytes} NOT NULL
) {strict};
INSERT INTO rendered (outgoing, digest, data) SELECT id, digest, bytes FROM outbox WHERE bytes IS NOT NULL;
ALTER TABLE outbox DROP COLUMN bytes;
ALTER TABLE outbox DROP COLUMN digest;

-- The same rows as before, in the form that costs nothing to check.
DROP INDEX tickets_open;
CREATE INDEX tickets_open ON tickets (id) WHERE state = 'new' OR state = 'open' OR state = 'waiting';
DROP INDEX outbox_held;
CREATE INDEX outbox_held ON outbox (state, id) WHERE state = 'failed' OR state = 'unsure' OR state = 'withheld';
