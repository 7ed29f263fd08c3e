package mail

import "strings"

// messageIDs reads the identifiers of References, In-Reply-To or Message-ID, without the angle
// brackets, each once, in order. Without brackets, words that hold an @ are taken.
func messageIDs(value string) []string {
	var ids []string
	seen := map[string]bool{}
	add := func(id string) {
		id = strings.Join(strings.Fields(strings.Trim(id, "<>\"',;")), "")
		if id != "" && len(id) <= 998 && !seen[id] && len(ids) < maxReferences {
			seen[id] = true
			ids = append(ids, id)
		}
	}
	rest := value
	for {
		i := strings.IndexByte(rest, '<')
		if i < 0 {
			break
		}
		end := strings.IndexByte(rest[i:], '>')
		if end < 0 {
			break
		}
		add(rest[i+1 : i+end])
		rest = rest[i+end+1:]
	}
	if ids == nil {
		for _, w := range strings.Fields(strings.NewReplacer("<", " ", ">", " ", ",", " ").Replace(value)) {
			if strings.Contains(w, "@") {
				add(w)
			}
		}
	}
	return ids
}

// messageID is the one identifier of a Message-ID field, whatever it is made of.
func messageID(value string) string {
	if ids := messageIDs(value); len(ids) > 0 {
		return ids[0]
	}
	id := strings.Join(strings.Fields(strings.Trim(value, "<> \t")), "")
	if len(id) > 998 {
		return ""
	}
	return id
}
