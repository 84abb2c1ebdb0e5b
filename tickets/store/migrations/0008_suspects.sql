-- suspect is 1 for a mail that failed or was in flight when its worker went away: it goes
-- alone from then on. tries counts failures of its own only, and the times it was alone in
-- flight with a worker that went.
ALTER TABLE mails ADD COLUMN suspect {int} NOT NULL DEFAULT 0;
UPDATE mails SET suspect = 1 WHERE tries > 0;
DROP INDEX mails_suspect;
CREATE INDEX mails_suspect ON mails (tries, class, received_at, id) WHERE suspect = 1 AND state = 'received';

-- A try that counts only as long as its worker stays away: one that comes back was paused or
-- cut off, which is no mail's doing.
CREATE TABLE blames (
	worker TEXT  NOT NULL,
	mail   {int} NOT NULL REFERENCES mails (id),
	PRIMARY KEY (worker, mail)
) {strict};
