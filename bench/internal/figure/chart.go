package figure

import (
	"fmt"
	"html"
	"strings"

	"github.com/hopperband/hopperband/bench/internal/result"
)

const (
	chartWidth = 760
	labelWidth = 120 // of the names, on the left
	valueWidth = 170 // of the figures, on the right
	barHeight  = 22
	barStep    = 32
	chartTop   = 48
)

// The picture has to be read on a light page and on a dark one.
const chartStyle = `<style>
text { font: 13px sans-serif; fill: #57606a }
.title { font-weight: bold }
.foot { font-size: 11px }
rect { fill: #8c959f }
.ours { fill: #2da44e }
line { stroke: #57606a }
@media (prefers-color-scheme: dark) { text { fill: #adbac7 } line { stroke: #adbac7 } }
</style>
`

// Chart draws a bar for each peer, as long as its median of requests per CPU-second, and
// the range of its windows as a line.
func Chart(s result.Saturation) string {
	names := Peers(s.Windows)
	most := 0.0
	for _, name := range names {
		most = max(most, perCPU(s.Windows, name).Max)
	}
	var b strings.Builder
	height := chartTop + barStep*len(names) + 28
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img">`+"\n", chartWidth, height, chartWidth, height)
	title := fmt.Sprintf("Requests per CPU-second of the generator, %s users", digits(float64(s.Users)))
	fmt.Fprintf(&b, "<title>%s</title>\n%s", title, chartStyle)
	text(&b, 8, 24, "start", "title", title)
	scale := float64(chartWidth-labelWidth-valueWidth) / max(most, 1)
	for i, name := range names {
		bar(&b, chartTop+barStep*i, name, perCPU(s.Windows, name), scale)
	}
	foot := fmt.Sprintf("%s · %s · target: %s", s.Date.Format("2006-01-02"), s.Machine, s.Target)
	text(&b, 8, height-10, "start", "foot", foot)
	b.WriteString("</svg>\n")
	return b.String()
}

func bar(b *strings.Builder, y int, name string, s Spread, scale float64) {
	class := "peer"
	if name == result.Ours {
		class = "ours"
	}
	text(b, labelWidth-8, y+16, "end", "", name)
	fmt.Fprintf(b, `<rect class="%s" x="%d" y="%d" width="%.1f" height="%d"/>`+"\n", class, labelWidth, y, s.Median*scale, barHeight)
	middle := y + barHeight/2
	fmt.Fprintf(b, `<line x1="%.1f" x2="%.1f" y1="%d" y2="%d"/>`+"\n", labelWidth+s.Min*scale, labelWidth+s.Max*scale, middle, middle)
	text(b, labelWidth+int(s.Max*scale)+8, y+16, "start", "", digits(s.Median))
}

func text(b *strings.Builder, x, y int, anchor, class, s string) {
	fmt.Fprintf(b, `<text x="%d" y="%d" text-anchor="%s" class="%s">%s</text>`+"\n", x, y, anchor, class, html.EscapeString(s))
}
