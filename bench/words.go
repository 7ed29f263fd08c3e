package bench

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// The words of letters: some that everybody writes, and many that few do, as in any language.
const (
	commonWords = `the and to we is it our of that in for have not you this on with are but was can be still since please
		router internet connection line invoice account order street house morning evening again yesterday today week
		technician appointment speed slow works working broken light red green cable modem restart restarted number
		customer letter phone call called nobody answer answered waiting wait promise promised money refund charged twice
		month contract cancel move moving new old address password login reset screen error message payment paid bank
		window door office children school work home need needed help thank thanks kind regards hope soon tomorrow next
		before after about because when where which would could should tried try everything nothing something anything`
	firstNames = "Anna Ben Carla David Elena Farid Grace Hugo Ines Jonas Kira Liam Mara Noah Olga Pavel Rosa Sam Tara Uwe Vera Will Yara Zoe"
	lastNames  = "Abel Brandt Costa Dunn Eriksen Fischer Gallo Hansen Ito Jansen Keller Lopez Meyer Novak Okafor Peters Quinn Rossi Schmidt Tanaka Ueda Vogel Weber Young"
	syllables  = "ba be bo da de do fa fi ga go ka ke ko la le li lo ma me mi mo na ne ni no pa pe ra re ri ro sa se so ta te ti to va ve vo za zo"
)

// writer writes letters that read like a desk's mail as far as a database can tell: word lengths,
// common and rare words, numbers. The same seed writes the same letters.
type writer struct {
	r         *rand.Rand
	common    []string
	rare      []string
	first     []string
	last      []string
	sentences []string
	zipf      *rand.Zipf
}

func newWriter(seed uint64) *writer {
	w := &writer{
		r: rand.New(rand.NewPCG(seed, 1)), common: strings.Fields(commonWords),
		first: strings.Fields(firstNames), last: strings.Fields(lastNames),
	}
	parts := strings.Fields(syllables)
	for range 12_000 {
		word := ""
		for range 2 + w.r.IntN(3) {
			word += parts[w.r.IntN(len(parts))]
		}
		w.rare = append(w.rare, word)
	}
	w.zipf = rand.NewZipf(w.r, 1.05, 2.7, uint64(len(w.common)+len(w.rare)-1))
	for range 60_000 {
		w.sentences = append(w.sentences, w.newSentence())
	}
	return w
}

func (w *writer) newSentence() string {
	var b strings.Builder
	n := 6 + w.r.IntN(12)
	for i := range n {
		word := w.word()
		if i == 0 {
			word = strings.ToUpper(word[:1]) + word[1:]
		} else {
			b.WriteByte(' ')
		}
		b.WriteString(word)
	}
	b.WriteByte('.')
	return b.String()
}

// word is any: the r-th commonest is about 1/r as common as the first, as in any language (Zipf).
func (w *writer) word() string {
	r := int(w.zipf.Uint64())
	if r < len(w.common) {
		return w.common[r]
	}
	return w.rare[r-len(w.common)]
}

// name is a person's.
func (w *writer) name() (first, last string) {
	return w.first[w.r.IntN(len(w.first))], w.last[w.r.IntN(len(w.last))]
}

// letter is what a person writes: about so many bytes, in paragraphs.
func (w *writer) letter(to string, bytes int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Dear %s,\n\n", to)
	for i := 0; b.Len() < bytes; i++ {
		b.WriteString(w.sentences[w.r.IntN(len(w.sentences))])
		switch {
		case i%4 == 3:
			b.WriteString("\n\n")
		default:
			b.WriteByte(' ')
		}
	}
	fmt.Fprintf(&b, "\n\nOrder %d", 1_000_000+w.r.IntN(9_000_000))
	return b.String()
}

// subject is a line of a few words.
func (w *writer) subject() string {
	s := w.sentences[w.r.IntN(len(w.sentences))]
	words := strings.Fields(strings.TrimSuffix(s, "."))
	return strings.Join(words[:min(len(words), 3+w.r.IntN(4))], " ")
}

// quoted is a text as a mail program quotes it.
func quoted(who, text string) string {
	return "On Monday " + who + " wrote:\n> " + strings.ReplaceAll(text, "\n", "\n> ")
}

// html is a text as an editor writes it.
func html(text string) string {
	return "<p>" + strings.ReplaceAll(strings.ReplaceAll(text, "\n\n", "</p><p>"), "\n", "<br>") + "</p>"
}
