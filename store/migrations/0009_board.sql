-- +goose Up
-- The board: what was missed and not made good, by due; and what somebody was asked.
CREATE INDEX promises_missed ON promises(due, id) WHERE state = 'broken' AND made_good_at = 0;
CREATE INDEX promises_asked ON promises(by_agent, due, id) WHERE kind = 'ask' AND state = 'open';

-- +goose Down
-- There is no way down but a backup.
