package letter

import (
	"html"
	"time"

	"github.com/kept-desk/kept/rules/words"
)

// Next is the next word that a person promises in a mail of theirs.
type Next struct {
	Letter
	Words string // what they promise; empty: to be heard of
	Due   time.Time
}

// NextWord is what is put under a person's mail so that the customer is told what we write down as
// told: what, by what exact time in their zone, and where to see it. As text, and as HTML.
func NextWord(n Next) (text, htm string) {
	r := n.reader()
	by, where := r.By(n.Due), r.Where(n.Due)
	line := r.Say("mail.next_word", "by", by, "where", where)
	if n.Words != "" {
		line = r.Say("mail.next_promise", "by", by, "where", where, "words", words.Line(n.Words, 500))
	}
	text, htm = line, "<p>"+html.EscapeString(line)+"</p>"
	if n.Page == "" {
		return text, htm
	}
	seeText, seeHTML := link(r.Say("mail.next_page"), n.Page)
	return text + "\n" + seeText, htm + seeHTML
}

// SolvedAsk is what is put under a person's mail that says it is solved: the customer decides, on their
// page. As text, and as HTML; both empty where there is no page.
func SolvedAsk(l Letter) (text, htm string) {
	if l.Page == "" {
		return "", ""
	}
	return link(l.reader().Say("mail.solved_page"), l.Page)
}

// link is a sentence that ends in an address.
func link(say, page string) (text, htm string) {
	address := html.EscapeString(page)
	return say + " " + page, "<p>" + html.EscapeString(say) + ` <a href="` + address + `">` + address + "</a></p>"
}
