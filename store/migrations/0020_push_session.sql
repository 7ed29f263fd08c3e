-- +goose Up
-- A browser is told of pages while somebody is signed in there. Those that allowed push before belong to their
-- agent's latest sign-in, as far as there is one; the screens name their own when they are opened next.
ALTER TABLE push_subscriptions ADD COLUMN session_id BIGINT NOT NULL DEFAULT 0;
UPDATE push_subscriptions SET session_id = COALESCE(
  (SELECT max(s.id) FROM sessions s WHERE s.agent_id = push_subscriptions.agent_id AND s.ended_at = 0), 0);
DELETE FROM push_subscriptions WHERE session_id = 0;
CREATE INDEX push_subscriptions_session ON push_subscriptions(session_id);

-- +goose Down
-- There is no way down but a backup.
