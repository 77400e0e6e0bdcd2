package worker

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/hopperband/hopperband/tasks"
)

// A ratio is how often a task is run, from 0 to 1, and those within it if it is a set.
type ratio struct {
	name  string
	share float64
	isSet bool
	tasks []ratio
}

// printRatios prints the ratios of the classes' tasks.
func (c *command) printRatios(users int, print func(out io.Writer, perClass, total []ratio) error) int {
	perClass, err := ratios(c.classes, users, false)
	if err != nil {
		return c.misused(err)
	}
	total, err := ratios(c.classes, users, true)
	if err != nil {
		return c.misused(err)
	}
	_ = print(c.out, perClass, total) // only the output can fail, and run sees to that
	return 0
}

// ratios are the shares of the classes, by fixed count or weight, and of their tasks: of
// all tasks, or of those of their set (locust/user/inspectuser.py).
func ratios(classes []*tasks.UserClass, users int, ofAll bool) ([]ratio, error) {
	counts, sum := usersOf(classes, users)
	var found []ratio
	for i, c := range classes {
		outline, err := c.Outline()
		if err != nil {
			return nil, err
		}
		share := counts[i] / max(sum, 1)
		found = append(found, ratio{name: c.Name, share: share, isSet: true, tasks: taskRatios(outline.Tasks, share, ofAll)})
	}
	return found, nil
}

// usersOf deals out users to classes. No users are as many as the weights have.
func usersOf(classes []*tasks.UserClass, users int) (counts []float64, sum float64) {
	fixed, weights := 0, 0
	for _, c := range classes {
		if fixed += c.FixedCount; c.FixedCount == 0 {
			weights += max(c.Weight, 1)
		}
	}
	if users == 0 {
		if users = weights; fixed > 0 {
			users = 1
		}
	}
	for _, c := range classes {
		n := float64(c.FixedCount)
		if c.FixedCount == 0 {
			n = math.RoundToEven(float64(max(c.Weight, 1)) / float64(weights) * float64(max(0, users-fixed)))
		}
		counts, sum = append(counts, n), sum+n
	}
	return counts, sum
}

// taskRatios are the shares of the tasks of a set. Those of the same name are one.
func taskRatios(all []tasks.Task, parent float64, ofAll bool) []ratio {
	if !ofAll {
		parent = 1
	}
	weights := 0
	for _, t := range all {
		weights += max(t.Weight, 1)
	}
	found := []ratio{}
	at := map[string]int{}
	for _, t := range all {
		r := ratio{name: t.Name, share: float64(max(t.Weight, 1)) * parent / float64(weights)}
		if t.Set != nil {
			r.isSet, r.tasks = true, taskRatios(t.Set.Tasks, r.share, ofAll)
		}
		if i, ok := at[t.Name]; ok {
			found[i].share += r.share
			continue
		}
		at[t.Name] = len(found)
		found = append(found, r)
	}
	return found
}

// printRatioTables prints what locust --show-task-ratio does.
func printRatioTables(out io.Writer, perClass, total []ratio) error {
	var b strings.Builder
	rule := strings.Repeat("-", 80)
	fmt.Fprintf(&b, "\n Task ratio per User class\n%s\n", rule)
	printRatioRows(&b, perClass, "")
	fmt.Fprintf(&b, "\n Total task ratio\n%s\n", rule)
	printRatioRows(&b, total, "")
	_, err := io.WriteString(out, b.String())
	return err
}

func printRatioRows(b *strings.Builder, all []ratio, padding string) {
	for _, r := range all {
		fmt.Fprintf(b, " %-10s %-50s\n", padding+fmt.Sprintf("%-6.1f", r.share*100), padding+r.name)
		printRatioRows(b, r.tasks, padding+"  ")
	}
}

// printRatioJSON prints what locust --show-task-ratio-json does.
func printRatioJSON(out io.Writer, perClass, total []ratio) error {
	var compact, indented bytes.Buffer
	compact.WriteString(`{"per_class":`)
	writeRatios(&compact, perClass)
	compact.WriteString(`,"total":`)
	writeRatios(&compact, total)
	compact.WriteString("}")
	if err := json.Indent(&indented, compact.Bytes(), "", "    "); err != nil {
		return err
	}
	_, err := fmt.Fprintln(out, indented.String())
	return err
}

// writeRatios writes an object in the order of the tasks, which a map would not keep.
func writeRatios(b *bytes.Buffer, all []ratio) {
	b.WriteByte('{')
	for i, r := range all {
		if i > 0 {
			b.WriteByte(',')
		}
		number := strconv.FormatFloat(r.share, 'g', -1, 64)
		if !strings.ContainsAny(number, ".e") {
			number += ".0" // as Python writes it
		}
		name, _ := json.Marshal(r.name) // a string can always be written
		fmt.Fprintf(b, `%s:{"ratio":%s`, name, number)
		if r.isSet {
			b.WriteString(`,"tasks":`)
			writeRatios(b, r.tasks)
		}
		b.WriteByte('}')
	}
	b.WriteByte('}')
}
