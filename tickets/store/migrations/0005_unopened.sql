-- Encrypted mails that could not be opened, or not all of them. Of those filed before nobody
-- noted it: they count as such until they are read again.
ALTER TABLE entries ADD COLUMN unopened {int} NOT NULL DEFAULT 0;
UPDATE entries SET unopened = 1 WHERE encrypted = 1 AND mail IS NOT NULL;
CREATE INDEX entries_unopened ON entries (mail) WHERE unopened = 1;
