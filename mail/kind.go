package mail

import (
	"github.com/kept-desk/kept/kept"
)

type letter struct {
	in      kept.Inbound
	header  header
	root    *part
	content *content
}

func kind(l letter) (kept.MailKind, *kept.Bounce) { return kept.MailNormal, nil }
