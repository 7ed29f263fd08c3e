package store

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"

	"github.com/kept-desk/kept/kept"
)

// words are a message's, to be made findable.
type words struct {
	id                 kept.ID
	subject, body, who string
}

// indexWords makes a message findable by its words. They are written last, by writeWords: FTS5 closes a
// segment of its index, and merges it with others, at each savepoint and each statement that may fail
// half-way; so they come after all of those, for all transactions that share a commit.
func (tx *Tx) indexWords(id kept.ID, subject, body, who string) {
	const most = 100_000 // bytes of one message that are searched; a tsvector can't take more than 1 MB
	if len(body) > most {
		body = strings.ToValidUTF8(body[:most], "")
	}
	if tx.dialect.name == "postgres" {
		subject, body, who = plain(subject), plain(body), plain(who)
	}
	tx.words = append(tx.words, words{id, subject, body, who})
}

func (tx *Tx) writeWords() error {
	for _, w := range tx.words {
		if err := tx.run(tx.dialect.indexWords, w.id, w.subject, w.body, w.who); err != nil {
			return err
		}
	}
	tx.words = nil
	return nil
}

// folds take accents off; they are used again, as each holds buffers larger than most texts.
var folds = sync.Pool{New: func() any {
	return transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC)
}}

// plain lowers a text and takes its accents off, as FTS5 does by itself.
func plain(s string) string {
	if !ascii(s) {
		t := folds.Get().(transform.Transformer)
		if out, _, err := transform.String(t, s); err == nil {
			s = out
		}
		folds.Put(t)
	}
	return strings.ToLower(strings.ReplaceAll(s, "\x00", " "))
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
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
	whole, open := make([]string, len(words)), make([]string, len(words))
	for i, w := range words {
		whole[i] = tx.dialect.quote + w + tx.dialect.quote
	}
	ids, err := tx.searchFor(whole, before, n)
	if err != nil || len(ids) == n {
		return ids, err
	}
	for i, w := range words {
		if open[i], err = tx.beginning(w); err != nil {
			return nil, err
		}
	}
	return tx.searchFor(open, before, n)
}

// searchFor looks among the latest messages first, where that is quicker for what is common.
func (tx *Tx) searchFor(parts []string, before kept.ID, n int) ([]kept.ID, error) {
	asked := strings.Join(parts, tx.dialect.and)
	if tx.dialect.searchRecent != "" {
		ids, err := all(tx, scanOf[kept.ID], tx.dialect.searchRecent, asked, before, n)
		if err != nil || len(ids) == n {
			return ids, err
		}
	}
	return all(tx, scanOf[kept.ID], tx.dialect.searchNewest, asked, before, n)
}

// mostTerms is as how many words a beginning is written out.
const mostTerms = 32

// beginning asks for the words that begin so. FTS5 gathers all hits of a beginning before it gives the
// first, unless it has two or three letters, which are indexed as such; so a longer one is written out
// as the words that there are, if they are few.
func (tx *Tx) beginning(word string) (string, error) {
	open := tx.dialect.quote + word + tx.dialect.quote + tx.dialect.beginning
	if tx.dialect.nextTerm == "" || utf8.RuneCountInString(word) <= 3 {
		return open, nil
	}
	var terms []string
	for at := word; ; {
		term, ok, err := maybe(tx, scanOf[string], tx.dialect.nextTerm, at)
		if err != nil {
			return "", err
		}
		if !ok || !strings.HasPrefix(term, word) {
			break
		}
		if len(terms) == mostTerms {
			return open, nil
		}
		terms = append(terms, tx.dialect.quote+term+tx.dialect.quote)
		at = term + "\x01" // the least that comes after it
	}
	if len(terms) == 0 {
		return open, nil
	}
	return "(" + strings.Join(terms, " OR ") + ")", nil
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
		switch {
		case r < utf8.RuneSelf:
			r = unicode.ToLower(r)
		default:
			if f, n := utf8.DecodeRuneInString(plain(string(r))); n > 0 {
				r = f
			}
		}
		out[i] = r
	}
	return out
}

// InWord reports whether a rune belongs to a word that is searched for.
func InWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
