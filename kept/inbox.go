package kept

// Channel is how an inbox is reached.
type Channel string

// The channels.
const (
	ChannelEmail Channel = "email"
	ChannelChat  Channel = "chat"
	ChannelForm  Channel = "form"
	ChannelPhone Channel = "phone"
	ChannelAPI   Channel = "api"
)

// Channels lists them.
var Channels = []Channel{ChannelEmail, ChannelChat, ChannelForm, ChannelPhone, ChannelAPI}

// Inbox is a place that customers write to.
type Inbox struct {
	ID        ID      `json:"id"`
	Name      string  `json:"name"`
	Channel   Channel `json:"channel"`
	Address   string  `json:"address"`          // email: the mailbox, lower case
	FromName  string  `json:"from_name"`        // "Northlight Broadband"
	Signature string  `json:"signature"`        // plain text put under replies
	Number    string  `json:"number,omitempty"` // phone: what customers dial
}
