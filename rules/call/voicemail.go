package call

import (
	"regexp"
	"strings"

	"github.com/kept-desk/kept/kept"
)

// fewWords are how many words the mail of a voicemail may have beside the sound: a telephone system says
// who called and when, and often what it understood.
const fewWords = 120

// titles are how telephone systems call a voicemail in a subject or a file's name.
var titles = regexp.MustCompile(`(?i)voice ?-?mail|voice message|mailbox message|missed call|new message .* from|sprachnachricht|sprachbox|anrufbeantworter|messagerie vocale|message vocal|buz[oó]n de voz|mensaje de voz|correio de voz|mensagem de voz|\bvm[_-]|\bmsg\d{3,}\.`)

// machines are the local parts that telephone systems write from: their name, and nothing beside it that could be
// somebody's ("vmiller", "unity.smith", "vm1985").
var machines = regexp.MustCompile(`(?i)^` + beside + `(?:(?:voice[-_.]?mail|pbx|asterisk|freepbx|3cx)\d*|vm|unity|phone|telephon(?:e|y)|sipgate|fritz[-_.]?box|voice[-_.]no[-_.]?reply)` + beside + `$`)

// beside is what may stand beside it.
const beside = `(?:no[-_.]?reply|do[-_.]?not[-_.]?reply|system|server|service|mailer|notif(?:y|ier|ications?)|alerts?|messages?|[-_.])*`

// Machine reports whether an address is a telephone system's by its name, "pbx@office.test". It isn't known whose it is.
func Machine(address string) bool {
	local, _, _ := strings.Cut(address, "@")
	return machines.MatchString(local)
}

// written finds a number in a line of text.
var written = regexp.MustCompile(`\+?\(?\d[\d ()./-]{4,22}\d`)

// labelled finds the number that a line of a telephone system's mail calls the caller's.
var labelled = regexp.MustCompile(`(?im)^\W*(?:from|caller(?: ?id)?|number|von|anrufer|rufnummer|nummer|de|appelant|num[eé]ro|origem|origen)\s*[:=]\s*(.+)$`)

// Voicemail reports whether a mail has the look of a voicemail that a telephone system sent on, the number that
// called, and which of its files is the sound. The number is empty where the mail doesn't tell it. At an address
// for calls (phone) a sound and few words are enough; elsewhere the mail must also call itself one. Anybody can write
// such a mail: who believes it looks at where it comes from.
func Voicemail(in kept.Inbound, phone bool) (number string, sound int, ok bool) {
	sound = -1
	for i, a := range in.Attachments {
		if strings.HasPrefix(strings.ToLower(a.Type), "audio/") {
			if sound >= 0 {
				return "", -1, false // two sounds are music
			}
			sound = i
		}
	}
	if sound < 0 || in.Kind == kept.MailBounce || len(in.Attachments) > 2 || len(in.InReplyTo) > 0 {
		return "", -1, false
	}
	text := in.Visible
	if text == "" {
		text = in.Text
	}
	if len(strings.Fields(text)) > fewWords {
		return "", -1, false
	}
	from := ""
	if len(in.From) > 0 {
		from = in.From[0].Email
	}
	named := titles.MatchString(in.Subject) || titles.MatchString(in.Attachments[sound].Name) || Machine(from)
	if !named && !phone {
		return "", -1, false
	}
	return caller(in, text), sound, true
}

// caller is the number that called: from a line that says so, the subject, the sender's name, or the file.
func caller(in kept.Inbound, text string) string {
	var places []string
	for _, m := range labelled.FindAllStringSubmatch(text, -1) {
		places = append(places, m[1])
	}
	places = append(places, in.Subject)
	if len(in.From) > 0 {
		places = append(places, in.From[0].Name)
	}
	places = append(places, text)
	for _, place := range places {
		for _, found := range written.FindAllString(place, -1) {
			if n, ok := Number(strings.TrimRight(found, " .-/(")); ok && !dated(n) && len(Digits(n)) >= 6 {
				return strings.TrimSpace(n)
			}
		}
	}
	return ""
}

// date finds what looks like a number and is a date or a time.
var date = regexp.MustCompile(`^(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})`)

func dated(n string) bool { return date.MatchString(n) }
