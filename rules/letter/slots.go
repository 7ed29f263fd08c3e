package letter

import (
	"html"
	"strings"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/words"
)

// Slots is what is put under a person's mail that proposes times for a call: each in the customer's zone,
// and the page on which they choose. As text, and as HTML.
func Slots(l Letter, slots []kept.Slot) (text, htm string) {
	r := l.reader()
	var lines, items strings.Builder
	for _, s := range slots {
		line := r.Window(s.From, s.To)
		lines.WriteString("\n- " + line)
		items.WriteString("<li>" + html.EscapeString(line) + "</li>")
	}
	head := r.Say("mail.slots")
	if len(slots) > 0 {
		head = r.Say("mail.slots_where", "where", r.Place(slots[0].From))
	}
	text, htm = head+lines.String(), "<p>"+html.EscapeString(head)+"</p><ul>"+items.String()+"</ul>"
	if l.Page == "" {
		return text, htm
	}
	seeText, seeHTML := link(r.Say("mail.slots_page"), l.Page+"/call")
	return text + "\n" + seeText, htm + seeHTML
}

// CallWords are what a callback promises, in the customer's language.
func CallWords(language, number string) string {
	return words.Say(words.Best(language), "promise.call_words", "number", number)
}
