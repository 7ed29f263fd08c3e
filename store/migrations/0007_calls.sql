-- +goose Up
-- Calls, the windows in which customers are called, and the doors of telephone systems.

CREATE TABLE calls (
  id              {{.ID}},
  conversation_id BIGINT NOT NULL REFERENCES conversations(id),
  direction       TEXT NOT NULL,
  by_kind         TEXT NOT NULL,
  by_id           BIGINT NOT NULL DEFAULT 0,
  by_name         TEXT NOT NULL DEFAULT '',
  number          TEXT NOT NULL,
  at              BIGINT NOT NULL,
  seconds         BIGINT NOT NULL DEFAULT 0,
  outcome         TEXT NOT NULL,
  words           TEXT NOT NULL DEFAULT '',
  recording_id    BIGINT NOT NULL DEFAULT 0,
  recording_url   TEXT NOT NULL DEFAULT '',
  message_id      BIGINT NOT NULL DEFAULT 0,
  told            BIGINT NOT NULL DEFAULT 0,
  source          TEXT NOT NULL DEFAULT '',
  logged_at       BIGINT NOT NULL
);
CREATE INDEX calls_conversation ON calls(conversation_id, id);
CREATE INDEX calls_recording ON calls(recording_id) WHERE recording_id > 0;
-- A telephone system may tell of a call again.
CREATE UNIQUE INDEX calls_source ON calls(source) WHERE source <> '';

-- Who can be called at once in a window is a number of seats. A seat is a customer's while its promise is open.
CREATE TABLE call_seats (
  team_id    BIGINT NOT NULL,
  begins_at  BIGINT NOT NULL,
  seat       BIGINT NOT NULL,
  promise_id BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (team_id, begins_at, seat)
);
CREATE INDEX call_seats_promise ON call_seats(promise_id) WHERE promise_id > 0;

-- The new times that a message of ours proposes for a call.
CREATE TABLE call_offers (
  message_id BIGINT NOT NULL,
  begins_at  BIGINT NOT NULL,
  ends_at    BIGINT NOT NULL,
  PRIMARY KEY (message_id, begins_at)
);

ALTER TABLE inboxes ADD COLUMN number TEXT NOT NULL DEFAULT '';
-- Which of its addresses a telephone system may knock at: a new one shuts the old.
ALTER TABLE inboxes ADD COLUMN calls_key BIGINT NOT NULL DEFAULT 1;

CREATE INDEX contacts_phone ON contacts(id, phone) WHERE phone <> '';

-- +goose Down
-- There is no way down but a backup.
