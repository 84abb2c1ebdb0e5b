-- Old slots are cleared away every other hour, by a look at all of them: an index would be
-- written with every answer.
DROP INDEX budgets_slot;
