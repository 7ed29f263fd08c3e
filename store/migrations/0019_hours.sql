-- +goose Up
-- The hours that a customer chose on their page, by name, on their own clock. They used to take the place of those that one
-- of us had given them, and each choice in each zone left a calendar, "Customers 9-17, Europe/Vienna".
ALTER TABLE contacts ADD COLUMN hours TEXT NOT NULL DEFAULT '';

-- What was chosen so is theirs, unless one of us has changed that calendar since.
WITH chosen(choice, hours) AS (VALUES
  ('9-17', '{"fri":{"09:00":"17:00"},"mon":{"09:00":"17:00"},"thu":{"09:00":"17:00"},"tue":{"09:00":"17:00"},"wed":{"09:00":"17:00"}}'),
  ('9-12', '{"fri":{"09:00":"12:00"},"mon":{"09:00":"12:00"},"thu":{"09:00":"12:00"},"tue":{"09:00":"12:00"},"wed":{"09:00":"12:00"}}'),
  ('12-17', '{"fri":{"12:00":"17:00"},"mon":{"12:00":"17:00"},"thu":{"12:00":"17:00"},"tue":{"12:00":"17:00"},"wed":{"12:00":"17:00"}}'),
  ('17-20', '{"fri":{"17:00":"20:00"},"mon":{"17:00":"20:00"},"thu":{"17:00":"20:00"},"tue":{"17:00":"20:00"},"wed":{"17:00":"20:00"}}'),
  ('9-20 daily', '{"fri":{"09:00":"20:00"},"mon":{"09:00":"20:00"},"sat":{"09:00":"20:00"},"sun":{"09:00":"20:00"},"thu":{"09:00":"20:00"},"tue":{"09:00":"20:00"},"wed":{"09:00":"20:00"}}')
)
UPDATE contacts SET calendar = 0, hours = (SELECT h.choice FROM calendars c JOIN chosen h
    ON c.name LIKE 'Customers ' || h.choice || ', %' AND c.data LIKE '%"hours":' || h.hours || '}'
    WHERE c.id = contacts.calendar)
  WHERE calendar IN (SELECT c.id FROM calendars c JOIN chosen h
    ON c.name LIKE 'Customers ' || h.choice || ', %' AND c.data LIKE '%"hours":' || h.hours || '}');

-- Such a calendar goes, unless something else runs on it. The first calendar is the organization's.
WITH chosen(choice, hours) AS (VALUES
  ('9-17', '{"fri":{"09:00":"17:00"},"mon":{"09:00":"17:00"},"thu":{"09:00":"17:00"},"tue":{"09:00":"17:00"},"wed":{"09:00":"17:00"}}'),
  ('9-12', '{"fri":{"09:00":"12:00"},"mon":{"09:00":"12:00"},"thu":{"09:00":"12:00"},"tue":{"09:00":"12:00"},"wed":{"09:00":"12:00"}}'),
  ('12-17', '{"fri":{"12:00":"17:00"},"mon":{"12:00":"17:00"},"thu":{"12:00":"17:00"},"tue":{"12:00":"17:00"},"wed":{"12:00":"17:00"}}'),
  ('17-20', '{"fri":{"17:00":"20:00"},"mon":{"17:00":"20:00"},"thu":{"17:00":"20:00"},"tue":{"17:00":"20:00"},"wed":{"17:00":"20:00"}}'),
  ('9-20 daily', '{"fri":{"09:00":"20:00"},"mon":{"09:00":"20:00"},"sat":{"09:00":"20:00"},"sun":{"09:00":"20:00"},"thu":{"09:00":"20:00"},"tue":{"09:00":"20:00"},"wed":{"09:00":"20:00"}}')
)
DELETE FROM calendars WHERE id IN (SELECT c.id FROM calendars c JOIN chosen h
    ON c.name LIKE 'Customers ' || h.choice || ', %' AND c.data LIKE '%"hours":' || h.hours || '}')
  AND id > (SELECT min(id) FROM calendars)
  AND id NOT IN (SELECT calendar FROM contacts)
  AND id NOT IN (SELECT calendar FROM companies)
  AND id NOT IN (SELECT calendar FROM agents)
  AND NOT EXISTS (SELECT 1 FROM teams t WHERE t.data LIKE '%"calendar":' || calendars.id || ',%' OR t.data LIKE '%"calendar":' || calendars.id || '}%')
  AND NOT EXISTS (SELECT 1 FROM policies p WHERE p.data LIKE '%"calendar":' || calendars.id || ',%' OR p.data LIKE '%"calendar":' || calendars.id || '}%');

-- +goose Down
-- There is no way down but a backup.
