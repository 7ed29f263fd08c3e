package calendar

import (
	"bytes"
	"encoding/json"
	"math"
	"time"

	"github.com/kept-desk/kept/kept"
)

// BatchRow is one question to a calendar, as a line of JSON asks it.
type BatchRow struct {
	ID      json.RawMessage `json:"id"`      // handed back as it came
	Op      string          `json:"op"`      // "due", "elapsed_seconds" or "open"
	From    string          `json:"from"`    // due, elapsed_seconds: an RFC 3339 instant
	To      string          `json:"to"`      // elapsed_seconds: an RFC 3339 instant
	At      string          `json:"at"`      // open: an RFC 3339 instant
	Minutes float64         `json:"minutes"` // due: open minutes, not negative
	Config  Config          `json:"config"`
}

// BatchAnswer is the answer to a BatchRow.
type BatchAnswer struct {
	ID  json.RawMessage `json:"id"`
	Got any             `json:"got"`
}

// Config is a kept.Calendar read leniently: an empty list stands for an empty object, which some
// languages can't tell apart.
type Config struct{ kept.Calendar }

// UnmarshalJSON reads the calendar.
func (c *Config) UnmarshalJSON(data []byte) error {
	var loose map[string]json.RawMessage
	if err := json.Unmarshal(data, &loose); err != nil {
		return err
	}
	for _, key := range []string{"hours", "breaks", "shifts"} {
		loose[key] = looseObject(loose[key])
		var days map[string]json.RawMessage
		if json.Unmarshal(loose[key], &days) != nil {
			continue // Calendar's own decoding says what is wrong
		}
		for day := range days {
			days[day] = looseObject(days[day])
		}
		loose[key], _ = json.Marshal(days)
	}
	strict, err := json.Marshal(loose)
	if err != nil {
		return err
	}
	return json.Unmarshal(strict, &c.Calendar)
}

func looseObject(data json.RawMessage) json.RawMessage {
	trimmed := bytes.TrimSpace(data)
	if len(trimmed) == 0 || trimmed[0] == '[' && len(bytes.TrimSpace(trimmed[1:len(trimmed)-1])) == 0 {
		return json.RawMessage("{}")
	}
	return data
}

// Evaluate answers a row:
//
//   - due: the instant at which Minutes of open time have passed since From, as a string (RFC 3339,
//     UTC); for no minutes, the first open instant at or after From;
//   - elapsed_seconds: the open seconds between From and To, a float64; 0 where To isn't after From;
//   - open: whether At is open, a bool.
//
// Its errors are kept.Invalid and name the row's field.
func Evaluate(row BatchRow) (any, error) {
	c, err := Compile(row.Config.Calendar)
	if err != nil {
		return nil, err
	}
	switch row.Op {
	case "due":
		return c.evaluateDue(row)
	case "elapsed_seconds":
		return c.evaluateElapsed(row)
	case "open":
		at, err := readInstant("at", row.At)
		return c.Open(at), err
	}
	return nil, kept.Wrong("op", "%q is nothing to ask: write due, elapsed_seconds or open", row.Op)
}

func (c *Calendar) evaluateDue(row BatchRow) (any, error) {
	from, err := readInstant("from", row.From)
	if err != nil {
		return nil, err
	}
	if row.Minutes < 0 {
		return nil, kept.Wrong("minutes", "a length of time can't be negative")
	}
	if row.Minutes > float64(reach/perMinute) {
		return nil, neverOpen()
	}
	due, err := c.add(from.UnixMicro(), int64(math.Round(row.Minutes*float64(perMinute))))
	if err != nil {
		return nil, err
	}
	return due.Format(time.RFC3339Nano), nil
}

func (c *Calendar) evaluateElapsed(row BatchRow) (any, error) {
	from, err := readInstant("from", row.From)
	if err != nil {
		return nil, err
	}
	to, err := readInstant("to", row.To)
	if err != nil {
		return nil, err
	}
	return float64(max(0, c.between(from.UnixMicro(), to.UnixMicro()))) / 1e6, nil
}

func readInstant(field, text string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}, kept.Wrong(field, "%q is no instant: write it as 2026-11-20T17:01:00Z", text)
	}
	return t, nil
}
