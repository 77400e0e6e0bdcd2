package flags

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// PrintFlags prints every flag with its default and its variable, group by group; those that are ignored or refused in a paragraph of their own.
func (s *Set) PrintFlags(out io.Writer) error {
	for _, group := range s.groups() {
		if _, err := fmt.Fprintf(out, "%s:\n", group); err != nil {
			return err
		}
		w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
		for f := range s.all {
			if f.group() == group {
				fmt.Fprintf(w, "  %s\t%s\n", f.syntax(), f.usage())
			}
		}
		fmt.Fprintln(w)
		if err := w.Flush(); err != nil {
			return err
		}
	}
	var ignored, refused []string
	for f := range s.all {
		switch {
		case f.Refused != "":
			refused = append(refused, f.names())
		case f.Ignored:
			ignored = append(ignored, f.names())
		}
	}
	if err := paragraph(out, "Accepted and ignored, since they mean nothing here:", ignored); err != nil {
		return err
	}
	return paragraph(out, "Refused:", refused)
}

// groups are the headings, in the order of the flags.
func (s *Set) groups() (groups []string) {
	seen := map[string]bool{"": true}
	for f := range s.all {
		if g := f.group(); !seen[g] {
			seen[g] = true
			groups = append(groups, g)
		}
	}
	return groups
}

// group is the heading of the flag, or "" if it has no line of its own.
func (f *Flag) group() string {
	switch {
	case f.Ignored || f.Refused != "":
		return ""
	case f.Group == "":
		return "Other flags"
	}
	return f.Group
}

// syntax is the flag with its value, such as "-H, --host HOST".
func (f *Flag) syntax() string {
	name := f.String()
	if f.Short != "" {
		name = "-" + f.Short + ", " + name
	}
	word := strings.ToUpper(f.Name[strings.LastIndexByte(f.Name, '-')+1:])
	if _, ok := f.Value.(*Duration); ok {
		word = "TIME"
	}
	switch {
	case f.Name == "":
		name += "=..."
	case f.Takes == One:
		name += " " + word
	case f.Takes == Many:
		name += " [" + word + " ...]"
	}
	return name
}

// usage is what the flag does, its default and its variable.
func (f *Flag) usage() string {
	usage := f.Usage
	if f.Value != nil && f.Takes == One && f.Value.String() != "" {
		usage += fmt.Sprintf(" (default %s)", f.Value)
	}
	if f.Name != "" && f.Env != "" {
		usage += " [" + f.Env + "]"
	}
	return usage
}

// names are what the flag is called on the command line and in the environment.
func (f *Flag) names() string {
	var names []string
	if f.Short != "" {
		names = append(names, "-"+f.Short)
	}
	if f.Name != "" {
		names = append(names, f.String())
	}
	if f.Env != "" {
		names = append(names, f.Env)
	}
	return strings.Join(names, " ")
}

// paragraph prints words in lines of some length.
func paragraph(out io.Writer, title string, words []string) error {
	const width = 100
	if len(words) == 0 {
		return nil
	}
	var b strings.Builder
	b.WriteString(title)
	line := width
	for i, word := range words {
		if i < len(words)-1 {
			word += ","
		}
		if line += len(word) + 1; line > width {
			b.WriteString("\n ")
			line = len(word) + 2
		}
		b.WriteString(" " + word)
	}
	_, err := fmt.Fprintln(out, b.String())
	return err
}
