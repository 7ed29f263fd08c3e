-- +goose Up
-- What is our turn although it isn't open: few, and first in the open list with it.
CREATE INDEX conversations_owed ON conversations(queue_due, id) WHERE turn = 0 AND status <> 'open';

-- +goose Down
-- There is no way down but a backup.
