package api

import (
	"context"
	"io"
	"net/http"
	"strings"

	"github.com/kept-desk/kept/kept"
)

// ShowMail asks for a message's HTML as a page of its own.
type ShowMail struct {
	ByID
	Images bool `query:"images" doc:"Load the pictures that lie on other servers: their owners then learn that the mail was opened."`
}

// framePolicy is what the page of a mail may do: be styled, show pictures, be framed by the desk.
// Nothing in it runs, is sent, or is loaded from elsewhere unless the agent asked for its pictures.
func framePolicy(images bool) string {
	from := "'self' data:"
	if images {
		from += " https: http:"
	}
	return "default-src 'none'; style-src 'unsafe-inline'; img-src " + from + "; frame-ancestors 'self'; form-action 'none'; base-uri 'none'; " +
		"sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
}

// frameStyle keeps what a mail draws inside its frame, and readable where it says nothing.
const frameStyle = `html{color-scheme:light;background:#fff}body{margin:0;padding:2px;overflow-x:auto;overflow-y:hidden;position:static!important;` +
	`font:15px/1.5 Inter,ui-sans-serif,system-ui,sans-serif;color:#211d18;overflow-wrap:break-word}img{max-width:100%;height:auto}img:not([src]){display:none}table{max-width:100%}`

func (d *door) mailFrame(ctx context.Context, in *ShowMail) (stream, error) {
	m, err := d.Desk.Message(ctx, caller(ctx).Actor(), in.ID)
	if err != nil {
		return nil, err
	}
	if m.HTML == "" {
		return nil, kept.Fail(kept.NotFound, "This message has no HTML; its text is all there is.")
	}
	body := pictured(m.HTML, m.Attachments)
	if in.Images {
		body = strings.ReplaceAll(body, ` data-src="`, ` src="`)
	}
	return func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Content-Security-Policy", framePolicy(in.Images))
		h.Set("X-Frame-Options", "SAMEORIGIN")
		h.Set("Cache-Control", "private, max-age=3600")
		io.WriteString(w, `<!doctype html><meta charset="utf-8"><base target="_blank"><style>`+frameStyle+`</style><body dir="auto">`+body) //nolint:errcheck // the browser is gone
	}, nil
}
