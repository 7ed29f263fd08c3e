package live

import (
	"encoding/json"

	"github.com/kept-desk/kept/kept"
)

// frame is one message of the stream, in the form of the HTML standard's server-sent events, made once
// for all streams.
type frame struct {
	conversation kept.ID
	event        *kept.Event // nil: presence
	position     string      // empty: presence, which can't be resumed
	bytes        []byte
}

func eventFrame(e *kept.Event) (frame, error) {
	data, err := json.Marshal(e)
	if err != nil {
		return frame{}, err
	}
	return frame{e.Conversation, e, e.Position, sse(e.Position, "event", data)}, nil
}

// sse writes a server-sent event. JSON from encoding/json has no line breaks, so data is one line.
func sse(id, name string, data []byte) []byte {
	b := make([]byte, 0, len(id)+len(name)+len(data)+24)
	if id != "" {
		b = append(append(append(b, "id: "...), id...), '\n')
	}
	b = append(append(append(b, "event: "...), name...), '\n')
	b = append(append(append(b, "data: "...), data...), "\n\n"...)
	return b
}

// resetFrame tells a screen that it missed something: it loads again what it shows, and goes on from
// position.
func resetFrame(position string) []byte { return sse(position, "reset", []byte("{}")) }
