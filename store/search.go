package store

import (
	"strings"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"

	"github.com/kept-desk/kept/kept"
)

// indexWords makes a message findable by its words.
func (tx *Tx) indexWords(id kept.ID, subject, body, who string) error {
	const most = 100_000 // bytes of one message that are searched; a tsvector can't take more than 1 MB
	if len(body) > most {
		body = strings.ToValidUTF8(body[:most], "")
	}
	if tx.dialect.name == "postgres" {
		subject, body, who = plain(subject), plain(body), plain(who)
	}
	return tx.run(tx.dialect.indexWords, id, subject, body, who)
}

// plain lowers a text and takes its accents off, as FTS5 does by itself.
func plain(s string) string {
	t := transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC)
	out, _, err := transform.String(t, s)
	if err != nil {
		out = s
	}
	return strings.ToLower(strings.ReplaceAll(out, "\x00", " "))
}

// Words splits what a person typed into the words that are searched for. The last may be unfinished.
func Words(q string) []string {
	words := strings.FieldsFunc(plain(q), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return words[:min(len(words), 12)]
}

// Search finds the messages that hold all words, newest first, before a message id (zero: from the
// newest). Where those words themselves fill the page, that is the page: it costs as much as it shows,
// however common they are. Else each may be the beginning of a word.
func (tx *Tx) Search(words []string, before kept.ID, n int) ([]kept.ID, error) {
	if len(words) == 0 {
		return nil, nil
	}
	if before == 0 {
		before = 1<<62 - 1
	}
	ids, err := tx.searchFor(words, "", before, n)
	if err != nil || len(ids) == n {
		return ids, err
	}
	return tx.searchFor(words, tx.dialect.beginning, before, n)
}

func (tx *Tx) searchFor(words []string, beginning string, before kept.ID, n int) ([]kept.ID, error) {
	parts := make([]string, len(words))
	for i, w := range words {
		parts[i] = tx.dialect.quote + w + tx.dialect.quote + beginning
	}
	return all(tx, scanOf[kept.ID], tx.dialect.searchNewest, strings.Join(parts, tx.dialect.and), before, n)
}

// MessagesIn finds messages by id, without their attachments, newest first.
func (tx *Tx) MessagesIn(ids []kept.ID) ([]kept.Message, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	args := padded(ids)
	return all(tx, scanMessage, `SELECT `+messageCols+` FROM messages m WHERE m.id IN `+in(1, len(args))+` ORDER BY m.id DESC`, args...)
}

// Fold lowers runes one by one and takes their accents off, so that places stay the same.
func Fold(text []rune) []rune {
	out := make([]rune, len(text))
	for i, r := range text {
		f := []rune(plain(string(r)))
		if len(f) > 0 {
			r = f[0]
		}
		out[i] = r
	}
	return out
}

// InWord reports whether a rune belongs to a word that is searched for.
func InWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
