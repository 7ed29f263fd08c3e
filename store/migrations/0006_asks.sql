-- +goose Up
-- What one of us asks another: the words beside a promise of kind ask, and what came of it.

CREATE TABLE asks (
  promise_id   BIGINT PRIMARY KEY REFERENCES promises(id),
  question     TEXT NOT NULL,
  answer       TEXT NOT NULL DEFAULT '',
  answered_by  BIGINT NOT NULL DEFAULT 0,
  answered_at  BIGINT NOT NULL DEFAULT 0,
  note_id      BIGINT NOT NULL DEFAULT 0,
  taken_at     BIGINT NOT NULL DEFAULT 0,
  reminded_at  BIGINT NOT NULL DEFAULT 0,
  reminders    BIGINT NOT NULL DEFAULT 0,
  lead_told_at BIGINT NOT NULL DEFAULT 0,
  away         TEXT NOT NULL DEFAULT '',
  away_at      BIGINT NOT NULL DEFAULT 0,
  withdrawn    TEXT NOT NULL DEFAULT '',
  withdrawn_at BIGINT NOT NULL DEFAULT 0
);

-- The asks that wait for an answer, by due; and those that no longer do, latest first.
CREATE INDEX promises_ask_waits ON promises(due, id) WHERE kind = 'ask' AND (state = 'open' OR state = 'broken' AND made_good_at = 0);
CREATE INDEX promises_ask_by_waits ON promises(to_agent, due, id) WHERE kind = 'ask' AND (state = 'open' OR state = 'broken' AND made_good_at = 0);
CREATE INDEX promises_ask_of ON promises(by_agent, settled_at, id) WHERE kind = 'ask';
CREATE INDEX promises_ask_by ON promises(to_agent, settled_at, id) WHERE kind = 'ask';
-- What is promised outside of conversations has its own timer: it isn't locked by one.
CREATE INDEX promises_alone ON promises(conversation_id, wake_at, id) WHERE state = 'open' AND conversation_id = 0;
-- The mails that were written for a promise.
CREATE INDEX notices_of_promise ON notices(promise_id, agent_id, id) WHERE promise_id > 0;

-- +goose Down
-- There is no way down but a backup.
