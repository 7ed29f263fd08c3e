-- +goose Up
-- Times are BIGINT microseconds UTC, 0 = not yet. JSON columns are opaque text.

CREATE TABLE settings (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
);

CREATE TABLE agents (
  id         {{.ID}},
  email      TEXT NOT NULL UNIQUE,
  name       TEXT NOT NULL,
  role       TEXT NOT NULL,
  zone       TEXT NOT NULL,
  language   TEXT NOT NULL,
  password   TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  gone_at    BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE sessions (
  id         {{.ID}},
  agent_id   BIGINT NOT NULL REFERENCES agents(id),
  token_hash TEXT NOT NULL UNIQUE,
  user_agent TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  seen_at    BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  ended_at   BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX sessions_agent ON sessions(agent_id);

-- One-time links: sign-in of an agent.
CREATE TABLE sign_in_links (
  token_hash TEXT PRIMARY KEY,
  agent_id   BIGINT NOT NULL REFERENCES agents(id),
  expires_at BIGINT NOT NULL,
  used_at    BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE inboxes (
  id        {{.ID}},
  name      TEXT NOT NULL,
  channel   TEXT NOT NULL,
  address   TEXT NOT NULL UNIQUE,
  from_name TEXT NOT NULL,
  signature TEXT NOT NULL
);

CREATE TABLE contacts (
  id         {{.ID}},
  name       TEXT NOT NULL,
  email      TEXT NOT NULL,
  company    TEXT NOT NULL DEFAULT '',
  phone      TEXT NOT NULL DEFAULT '',
  zone       TEXT NOT NULL DEFAULT '',
  language   TEXT NOT NULL DEFAULT '',
  notes      TEXT NOT NULL DEFAULT '',
  created_at BIGINT NOT NULL
);
-- Every address a contact writes from; the address decides who it is.
CREATE TABLE contact_addresses (
  address    TEXT PRIMARY KEY,
  contact_id BIGINT NOT NULL REFERENCES contacts(id)
);
CREATE INDEX contact_addresses_contact ON contact_addresses(contact_id);

CREATE TABLE calendars (
  id   {{.ID}},
  name TEXT NOT NULL,
  data TEXT NOT NULL
);
CREATE TABLE policies (
  id       {{.ID}},
  position BIGINT NOT NULL,
  name     TEXT NOT NULL,
  data     TEXT NOT NULL
);

CREATE TABLE conversations (
  id               {{.ID}},
  inbox_id         BIGINT NOT NULL REFERENCES inboxes(id),
  contact_id       BIGINT NOT NULL REFERENCES contacts(id),
  subject          TEXT NOT NULL,
  status           TEXT NOT NULL,
  turn             BIGINT NOT NULL,
  priority         TEXT NOT NULL,
  assignee_id      BIGINT NOT NULL DEFAULT 0,
  language         TEXT NOT NULL DEFAULT '',
  created_at       BIGINT NOT NULL,
  queue_due        BIGINT NOT NULL DEFAULT 0,
  queue_promise    BIGINT NOT NULL DEFAULT 0,
  our_turn_since   BIGINT NOT NULL DEFAULT 0,
  touched_at       BIGINT NOT NULL,
  last_inbound_at  BIGINT NOT NULL DEFAULT 0,
  last_outbound_at BIGINT NOT NULL DEFAULT 0,
  last_words       TEXT NOT NULL DEFAULT '',
  last_by          TEXT NOT NULL DEFAULT '',
  chases           BIGINT NOT NULL DEFAULT 0,
  second_time      BIGINT NOT NULL DEFAULT 0,
  snoozed_until    BIGINT NOT NULL DEFAULT 0,
  solved_at        BIGINT NOT NULL DEFAULT 0,
  confirmed_at     BIGINT NOT NULL DEFAULT 0,
  closed_at        BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX conversations_queue ON conversations(status, queue_due, id);
CREATE INDEX conversations_mine ON conversations(assignee_id, turn, queue_due, id) WHERE turn < 2;
CREATE INDEX conversations_done ON conversations(status, touched_at, id) WHERE turn = 2;
CREATE INDEX conversations_snoozed ON conversations(snoozed_until, id) WHERE snoozed_until > 0;
CREATE INDEX conversations_contact ON conversations(contact_id, id);

-- Who takes part, by address: a mail counts as part of a conversation only from one of these.
CREATE TABLE participants (
  conversation_id BIGINT NOT NULL REFERENCES conversations(id),
  address         TEXT NOT NULL,
  PRIMARY KEY (conversation_id, address)
);

CREATE TABLE messages (
  id              {{.ID}},
  conversation_id BIGINT NOT NULL REFERENCES conversations(id),
  kind            TEXT NOT NULL,
  author_kind     TEXT NOT NULL,
  author_id       BIGINT NOT NULL,
  author_name     TEXT NOT NULL,
  automatic       BIGINT NOT NULL DEFAULT 0,
  subject         TEXT NOT NULL,
  text            TEXT NOT NULL,
  html            TEXT NOT NULL,
  visible         TEXT NOT NULL,
  quoted          TEXT NOT NULL,
  sender          TEXT NOT NULL,
  recipients      TEXT NOT NULL,
  cc              TEXT NOT NULL,
  message_id      TEXT NOT NULL,
  in_reply_to     TEXT NOT NULL,
  refs            TEXT NOT NULL,
  auth            TEXT NOT NULL DEFAULT '',
  warnings        TEXT NOT NULL DEFAULT '',
  mail_id         BIGINT NOT NULL DEFAULT 0,
  source          TEXT NOT NULL,
  created_at      BIGINT NOT NULL,
  sent_at         BIGINT NOT NULL DEFAULT 0,
  delivery        TEXT NOT NULL DEFAULT '',
  delivered_at    BIGINT NOT NULL DEFAULT 0,
  relay           TEXT NOT NULL DEFAULT '',
  trouble         TEXT NOT NULL DEFAULT ''
);
CREATE INDEX messages_conversation ON messages(conversation_id, id);
-- A redelivery is no second message: inbox, Message-ID and content name a mail.
CREATE UNIQUE INDEX messages_source ON messages(source) WHERE source <> '';

-- All Message-IDs that are known, ours and theirs, for threading.
CREATE TABLE message_ids (
  message_id      TEXT NOT NULL,
  conversation_id BIGINT NOT NULL,
  message         BIGINT NOT NULL,
  PRIMARY KEY (message_id, conversation_id)
);

CREATE TABLE attachments (
  id         {{.ID}},
  message_id BIGINT NOT NULL DEFAULT 0,
  agent_id   BIGINT NOT NULL DEFAULT 0,
  name       TEXT NOT NULL,
  type       TEXT NOT NULL,
  size       BIGINT NOT NULL,
  sha256     TEXT NOT NULL,
  inline     BIGINT NOT NULL,
  cid        TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX attachments_message ON attachments(message_id);

CREATE TABLE promises (
  id              {{.ID}},
  conversation_id BIGINT NOT NULL REFERENCES conversations(id),
  contact_id      BIGINT NOT NULL,
  kind            TEXT NOT NULL,
  words           TEXT NOT NULL,
  due             BIGINT NOT NULL,
  zone            TEXT NOT NULL,
  by_agent        BIGINT NOT NULL DEFAULT 0,
  source          TEXT NOT NULL,
  policy_id       BIGINT NOT NULL DEFAULT 0,
  opened_at       BIGINT NOT NULL,
  told_in         BIGINT NOT NULL DEFAULT 0,
  told_at         BIGINT NOT NULL DEFAULT 0,
  warn_at         BIGINT NOT NULL DEFAULT 0,
  wake_at         BIGINT NOT NULL,
  state           TEXT NOT NULL,
  settled_at      BIGINT NOT NULL DEFAULT 0,
  settled_by      TEXT NOT NULL DEFAULT '',
  fulfilled_at    BIGINT NOT NULL DEFAULT 0,
  made_good_at    BIGINT NOT NULL DEFAULT 0,
  moved_to        BIGINT NOT NULL DEFAULT 0,
  replaces        BIGINT NOT NULL DEFAULT 0,
  misses          BIGINT NOT NULL DEFAULT 0,
  CHECK ((state = 'open') = (settled_at = 0))
);
CREATE INDEX promises_conversation ON promises(conversation_id, id);
CREATE INDEX promises_told ON promises(told_in) WHERE told_in > 0;
CREATE INDEX promises_contact ON promises(contact_id, settled_at) WHERE state <> 'open';
-- The row is the timer: the clockwork asks for the earliest of these and nothing else.
CREATE INDEX promises_wake ON promises(wake_at, id) WHERE state = 'open';

CREATE TABLE events (
  id              {{.ID}},
  xid             BIGINT NOT NULL DEFAULT {{.Xid}},
  at              BIGINT NOT NULL,
  type            TEXT NOT NULL,
  actor           TEXT NOT NULL,
  conversation_id BIGINT NOT NULL,
  message_id      BIGINT NOT NULL,
  promise_id      BIGINT NOT NULL,
  data            TEXT NOT NULL
);
CREATE INDEX events_conversation ON events(conversation_id, id) WHERE conversation_id > 0;
{{.Position}}

CREATE TABLE jobs (
  id         {{.ID}},
  kind       TEXT NOT NULL,
  args       TEXT NOT NULL,
  unique_key TEXT NOT NULL DEFAULT '',
  next_at    BIGINT NOT NULL,
  attempts   BIGINT NOT NULL DEFAULT 0,
  holder     BIGINT NOT NULL DEFAULT 0,
  last_error TEXT NOT NULL DEFAULT '',
  dead_at    BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX jobs_next ON jobs(next_at, id) WHERE dead_at = 0;
CREATE UNIQUE INDEX jobs_unique ON jobs(unique_key) WHERE unique_key <> '';

-- The mail ledger. Small bodies lie in mail_bodies, larger ones in the blob store.
CREATE TABLE mails (
  id          {{.ID}},
  received_at BIGINT NOT NULL,
  sender      TEXT NOT NULL,
  rcpts       TEXT NOT NULL,
  remote      TEXT NOT NULL,
  size        BIGINT NOT NULL,
  sha256      TEXT NOT NULL,
  state       TEXT NOT NULL,
  reason      TEXT NOT NULL DEFAULT '',
  message_id  BIGINT NOT NULL DEFAULT 0,
  settled_at  BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX mails_stored ON mails(id) WHERE state = 'stored';
CREATE TABLE mail_bodies (
  mail_id BIGINT PRIMARY KEY,
  raw     {{.Bytes}} NOT NULL
);

CREATE TABLE drafts (
  agent_id        BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  html            TEXT NOT NULL,
  note            BIGINT NOT NULL,
  saved_at        BIGINT NOT NULL,
  PRIMARY KEY (agent_id, conversation_id)
);

{{.Search}}

-- +goose Down
-- A newer database is refused with a clear word; there is no way down but a backup.
