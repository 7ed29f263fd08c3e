package rulebook

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/kept-desk/kept/kept"
)

// Placed has an error in a value of a file say where the value stands, as its reader would look for it: the
// thing by its name, the field in it, and the line. An error without such a place is left as it is.
func Placed(file []byte, err error) error {
	var e *kept.Error
	if !errors.As(err, &e) || e.Kind != kept.Invalid {
		return err
	}
	list, rest, _ := strings.Cut(e.Field, ".")
	one := map[string]string{"calendars": "calendar", "teams": "team", "policies": "policy"}[list]
	var root yaml.Node
	if one == "" || yaml.Unmarshal(file, &root) != nil || len(root.Content) == 0 {
		return err
	}
	_, all := entry(root.Content[0], list)
	thing, name, field := element(all, rest)
	if thing == nil {
		return err
	}
	words, line := []string{one + " " + name}, thing.Line
	for node := thing; field != ""; {
		var part string
		part, field, _ = strings.Cut(field, ".")
		at, inside := entry(node, part)
		if n, err := strconv.Atoi(part); err == nil {
			words[len(words)-1] += " " + part
			at = item(node, n)
			inside = at
		} else if part == "times" && field != "" {
			words = append(words, "priority")
			node = inside
			continue
		} else if words[len(words)-1] == "priority" {
			words[len(words)-1] += " " + part
		} else {
			words = append(words, part)
		}
		if at != nil {
			line = at.Line
		}
		node = inside
	}
	placed := *e
	placed.Say = fmt.Sprintf("In %s (line %d): %s", strings.Join(words, ", "), line, e.Say)
	return &placed
}

// entry finds a key of a mapping, and its value; nil where there is none.
func entry(node *yaml.Node, key string) (at, value *yaml.Node) {
	if node == nil || node.Kind != yaml.MappingNode {
		return nil, nil
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == key {
			return node.Content[i], node.Content[i+1]
		}
	}
	return nil, nil
}

// item is the n-th of a list, counted from one; nil where there is none.
func item(node *yaml.Node, n int) *yaml.Node {
	if node == nil || node.Kind != yaml.SequenceNode || n < 1 || n > len(node.Content) {
		return nil
	}
	return node.Content[n-1]
}

// element finds the thing of a list that a path begins with, by its name (in which there may be dots) or its
// number, and the rest of the path.
func element(list *yaml.Node, path string) (thing *yaml.Node, name, rest string) {
	if list == nil || list.Kind != yaml.SequenceNode {
		return nil, "", ""
	}
	for _, node := range list.Content {
		_, v := entry(node, "name")
		if v == nil || v.Value == "" || path != v.Value && !strings.HasPrefix(path, v.Value+".") {
			continue
		}
		if thing == nil || len(v.Value) > len(name) { // of “A” and “A.b”, the longer is meant
			thing, name = node, v.Value
		}
	}
	if thing != nil {
		return thing, "“" + name + "”", strings.TrimPrefix(strings.TrimPrefix(path, name), ".")
	}
	number, rest, _ := strings.Cut(path, ".")
	n, err := strconv.Atoi(number)
	if err != nil {
		return nil, "", ""
	}
	return item(list, n), "number " + number, rest
}
