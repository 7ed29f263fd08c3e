package mail

import (
	"bytes"
	"net/textproto"
	"strings"

	"github.com/jhillyerd/enmime/v2"
)

// part is one node of a mail's MIME structure. body is still transfer-encoded.
type part struct {
	header   header
	media    string // lower case, "text/plain"
	params   map[string]string
	body     []byte
	children []*part
}

// The library reads nested multiparts that never close in exponential time (1.2 KB take a second), so
// it is given only what it reads fast; the rest is split by our own linear reader.
const (
	libraryMultiparts = 5
	libraryBytes      = 4 << 20
)

// structure reads the MIME tree of a mail whose header was read already.
func structure(raw []byte, h header, body []byte) (root *part, odd bool) {
	s := splitter{}
	if suitsLibrary(raw, h) {
		if root := libraryTree(raw, h, body); root != nil {
			return root, false
		}
	}
	root = s.part(h, body, "text/plain", 0)
	return root, s.odd
}

// suitsLibrary is true for a multipart of ordinary size and depth.
func suitsLibrary(raw []byte, h header) bool {
	media, params := parseMedia(h.filled("content-type"))
	if !strings.HasPrefix(media, "multipart/") || params["boundary"] == "" || len(raw) > libraryBytes {
		return false
	}
	found := 0
	for i := 0; i+9 < len(raw) && found <= libraryMultiparts; {
		j := bytes.IndexByte(raw[i:], '/')
		if j < 0 {
			break
		}
		i += j + 1
		if i >= 10 && bytes.EqualFold(raw[i-10:i], []byte("multipart/")) {
			found++
		}
	}
	return found <= libraryMultiparts
}

// libraryTree lets enmime find the parts and leaves their decoding to us; nil where it failed.
func libraryTree(raw []byte, h header, body []byte) (root *part) {
	defer func() {
		if recover() != nil {
			root = nil
		}
	}()
	tree, err := enmime.NewParser(enmime.RawContent(true), enmime.SkipMalformedParts(true), enmime.MultipartWOBoundaryAsSinglePart(true), enmime.MaxStoredPartErrors(10)).ReadParts(bytes.NewReader(raw))
	if err != nil || tree == nil || tree.FirstChild == nil {
		return nil
	}
	count := 0
	root = fromLibrary(tree, 0, &count)
	root.header = h
	return root
}

func fromLibrary(p *enmime.Part, depth int, count *int) *part {
	*count++
	out := &part{header: fromTextproto(p.Header), body: p.Content}
	out.media, out.params = parseMedia(out.header.filled("content-type"))
	if out.media == "" || !strings.Contains(out.media, "/") {
		out.media = "text/plain"
	}
	for c := p.FirstChild; c != nil && depth < maxDepth && *count < maxParts; c = c.NextSibling {
		out.children = append(out.children, fromLibrary(c, depth+1, count))
	}
	return out
}

func fromTextproto(m textproto.MIMEHeader) header {
	var h header
	for name, values := range m {
		for _, v := range values {
			h = append(h, field{name: strings.ToLower(name), value: v})
		}
	}
	return h
}

// splitter reads the tree by slicing the mail at its boundaries, in time linear in its size and depth.
type splitter struct {
	count int
	odd   bool
}

func (s *splitter) part(h header, body []byte, fallback string, depth int) *part {
	s.count++
	p := &part{header: h, body: body}
	p.media, p.params = parseMedia(h.filled("content-type"))
	if p.media == "" || !strings.Contains(p.media, "/") {
		p.media = fallback
	}
	if !strings.HasPrefix(p.media, "multipart/") {
		return p
	}
	if depth >= maxDepth {
		s.odd = true
		return p
	}
	boundary := p.params["boundary"]
	pieces := splitAt(body, boundary, maxParts-s.count)
	if boundary == "" || pieces == nil {
		if found := findBoundary(body); found != "" {
			s.odd = true
			pieces = splitAt(body, found, maxParts-s.count)
		}
	}
	child := "text/plain"
	if p.media == "multipart/digest" {
		child = "message/rfc822"
	}
	for _, piece := range pieces {
		if s.count >= maxParts {
			s.odd = true
			break
		}
		ch, cb, odd := readHeader(piece)
		s.odd = s.odd || odd
		p.children = append(p.children, s.part(ch, cb, child, depth+1))
	}
	if len(p.children) > 0 {
		p.body = nil
	}
	return p
}

// splitAt cuts a multipart's body at the lines that are its boundary. What stands before the first
// and after the closing one is no part; a missing closing line is forgiven.
func splitAt(body []byte, boundary string, limit int) (pieces [][]byte) {
	if boundary == "" {
		return nil
	}
	mark := []byte("--" + boundary)
	start := -1
	for pos := 0; pos <= len(body) && len(pieces) < limit; {
		i := bytes.Index(body[pos:], mark)
		if i < 0 {
			break
		}
		at := pos + i
		pos = at + len(mark)
		if at > 0 && body[at-1] != '\n' {
			continue
		}
		line, rest := cutLine(body[pos:])
		line = bytes.TrimSpace(line)
		if len(line) > 0 && !bytes.HasPrefix(line, []byte("--")) {
			continue // a longer boundary that begins like ours
		}
		if start >= 0 {
			pieces = append(pieces, body[start:trimEnding(body, start, at)])
		}
		start = len(body) - len(rest)
		pos = start
		if len(line) > 0 { // closed
			return pieces
		}
	}
	if start >= 0 && start < len(body) && len(pieces) < limit {
		pieces = append(pieces, body[start:])
	}
	return pieces
}

// trimEnding leaves out the line ending that belongs to the boundary after it.
func trimEnding(b []byte, start, end int) int {
	if end > start && b[end-1] == '\n' {
		end--
		if end > start && b[end-1] == '\r' {
			end--
		}
	}
	return end
}

// findBoundary guesses the boundary of a multipart that names none: the first line that starts with
// two dashes and comes again.
func findBoundary(body []byte) string {
	rest := body
	for n := 0; len(rest) > 0 && n < 200; n++ {
		line, next := cutLine(rest)
		line = bytes.TrimSpace(line)
		if len(line) > 2 && len(line) < 200 && bytes.HasPrefix(line, []byte("--")) && !bytes.ContainsAny(line, " \t") {
			if bytes.Contains(next, append([]byte("\n"), line...)) && continues(next) {
				return string(line[2:])
			}
		}
		rest = next
	}
	return ""
}
